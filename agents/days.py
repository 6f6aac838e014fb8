"""How much the agents may do in a day (UTC): counted by one row per agent, under its lock."""

from __future__ import annotations

from datetime import UTC, date, datetime

from django.db.models import F, Sum
from django.utils import timezone

from agents.models import AgentDay
from aiworld.errors import OverQuota
from tenants.statements import rows

CHANGES_A_DAY = 20_000
"""Rows that all agents of one server change in a day, at most."""
COUNT = """
INSERT INTO agent_days AS days (agent, day, runs, changes) VALUES (%(agent)s, %(day)s, 1, 0)
ON CONFLICT (agent, day) DO UPDATE SET runs = days.runs + 1 WHERE days.runs < %(most)s
RETURNING runs
"""


def today(now: datetime | None = None) -> date:
    return (now or timezone.now()).astimezone(UTC).date()


def begin(agent: str, most: int) -> None:
    """One run more, in the claim's transaction. Raises OverQuota."""
    day = today()
    changed = AgentDay.objects.filter(day=day).aggregate(sum=Sum("changes"))["sum"] or 0
    if changed >= CHANGES_A_DAY:
        raise OverQuota("the agents have changed as much as they may in one day")
    if not most or not rows(COUNT, {"agent": agent, "day": day, "most": most}):
        raise OverQuota(f"the agent {agent} has run {most} times today")


def changed(agent: str, number: int) -> None:
    """Last in the transaction that changed them: it holds the day's row until the end."""
    if number:
        AgentDay.objects.get_or_create(agent=agent, day=today())
        AgentDay.objects.filter(agent=agent, day=today()).update(changes=F("changes") + number)


def runs_today() -> dict[str, int]:
    return dict(AgentDay.objects.filter(day=today()).values_list("agent", "runs"))
