"""What the agents with a path of their own did in a stretch of time, counted from the rows they
leave."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.utils import timezone

from agents.models import AgentRun
from agents.spec import EVERYBODY
from inference.ledger.models import LLMRequestCache
from npcs.models import NpcDecision, NpcMemory
from quests.models import DynamicQuest
from tenants.statements import rows

TURNS = """
SELECT source, count(*), COALESCE(sum(latency_ms), 0)::float8 / 1000 FROM conversation_turns
WHERE created_at >= %(since)s AND created_at < %(until)s GROUP BY source
"""


EACH = timedelta(hours=6)
"""Between two accounts."""


@dataclass(frozen=True, kw_only=True)
class Account:
    number: int
    by_source: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    """All together; 0 where nobody measured."""
    cost: Decimal = Decimal(0)


Counting = Callable[[datetime, datetime], Account]


def since_last(agent: str, count: Counting) -> dict[str, Any]:
    """Since the last account, EACH at first."""
    until = timezone.now()
    runs = AgentRun.objects.filter(
        agent=agent, subject=EVERYBODY, status=AgentRun.Status.DONE, output__until__isnull=False
    )
    last = runs.order_by("-ended_at").values_list("output__until", flat=True).first()
    since = datetime.fromisoformat(last) if last else until - EACH
    found = count(since, until)
    return {
        **asdict(found), "cost": str(found.cost), "since": since.isoformat(),
        "until": until.isoformat(),
    }  # fmt: skip


def talks(since: datetime, until: datetime) -> Account:
    found = rows(TURNS, {"since": since, "until": until})
    asked = LLMRequestCache.objects.filter(task="dialogue", asked_at__gte=since, asked_at__lt=until)
    return Account(
        number=sum(number for _, number, _ in found),
        by_source={source: number for source, number, _ in found},
        seconds=round(sum(seconds for *_, seconds in found), 3),
        cost=asked.aggregate(cost=Sum("cost"))["cost"] or Decimal(0),
    )


def decisions(since: datetime, until: datetime) -> Account:
    made = NpcDecision.objects.filter(decided_at__gte=since, decided_at__lt=until)
    return _counted(made)


def offers(since: datetime, until: datetime) -> Account:
    return _counted(DynamicQuest.objects.filter(offered_at__gte=since, offered_at__lt=until))


def memories(since: datetime, until: datetime) -> Account:
    """By kind: what was said, facts out of it, reflections."""
    made = NpcMemory.objects.filter(created_at__gte=since, created_at__lt=until)
    found = made.order_by().values_list("kind").annotate(number=Count("pk"))
    by_kind = dict(found)
    return Account(number=sum(by_kind.values()), by_source=by_kind)


def _counted(made: QuerySet[NpcDecision] | QuerySet[DynamicQuest]) -> Account:
    found = made.order_by().values_list("source").annotate(number=Count("pk"))
    by_source = dict(found)
    return Account(number=sum(by_source.values()), by_source=by_source)
