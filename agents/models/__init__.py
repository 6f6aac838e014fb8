from agents.models.metric import AgentPerformanceMetric
from agents.models.run import AgentChange, AgentRun
from agents.models.setting import AgentSetting

__all__ = ["AgentChange", "AgentPerformanceMetric", "AgentRun", "AgentSetting"]
