from agents.models.day import AgentDay
from agents.models.metric import AgentPerformanceMetric
from agents.models.run import AgentChange, AgentRun
from agents.models.setting import AgentSetting

__all__ = ["AgentChange", "AgentDay", "AgentPerformanceMetric", "AgentRun", "AgentSetting"]
