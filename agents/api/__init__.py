"""REST: what agents there are, what they did, how they do; running one and taking a run back."""

from agents.api.catalogue import Agent, Agents, RunAgent, UndoRun
from agents.api.rows import AgentMetrics, AgentRuns

ROUTES = (("agents/metrics", AgentMetrics), ("agents/runs", AgentRuns))

__all__ = ["ROUTES", "Agent", "Agents", "RunAgent", "UndoRun"]
