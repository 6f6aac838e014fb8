"""The agents on a server's pages: what there is, what they did, what it took."""

from agents.admin.metrics import AgentPerformanceMetricAdmin
from agents.admin.runs import AgentRunAdmin
from agents.admin.settings import AgentSettingAdmin

__all__ = ["AgentPerformanceMetricAdmin", "AgentRunAdmin", "AgentSettingAdmin"]
