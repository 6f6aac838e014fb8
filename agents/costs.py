"""What agents' questions to language models cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal

from django.db.models import Count, Sum

from agents.models import AgentRun
from npcs.scales import Source


@dataclass(frozen=True)
class Cost:
    agent: str
    """Its key."""
    runs: int
    """In which a language model decided, or was paid for."""
    cost: Decimal


def costs(first: date) -> list[Cost]:
    """Of the present server from that day on (UTC), the dearest first; agents that asked none are
    not in it."""
    since = datetime.combine(first, time(), UTC)
    asked = AgentRun.objects.filter(began_at__gte=since).order_by()
    asked = asked.filter(source=Source.LLM) | asked.filter(cost__gt=0)
    sums = asked.values("agent").annotate(runs=Count("id"), cost=Sum("cost"))
    found = [Cost(**row) for row in sums]
    return sorted(found, key=lambda each: (-each.cost, each.agent))
