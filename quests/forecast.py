"""What the policy comes to, beside what the server's economy turns over: for the owner's page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils import timezone

from quests import rules, worth
from quests.ledger import taken_today
from quests.models import Difficulty, RewardAlert, RewardEntry
from quests.policy import policy
from world.models import EconomicTransaction, PlayerProfile

LEVELS = (10, 50, 99)
DAYS = 7


@dataclass(frozen=True, kw_only=True)
class Line:
    difficulty: str
    amounts: tuple[rules.Reward, ...]
    """At each of LEVELS."""
    minutes: tuple[int | None, ...]
    """Of ordinary play that bring as much; None where nobody knows."""
    waits: bool
    """For the owner's approval."""


def forecast() -> dict[str, Any]:
    now = timezone.now()
    since = now - timedelta(days=DAYS)
    told = policy()
    played = PlayerProfile.objects.filter(last_seen_at__gt=since).count()
    granted = RewardEntry.objects.filter(kind="grant", granted_at__gt=since).exclude(status="void")
    sums = granted.aggregate(zeny=Sum("zeny"), items=Sum("item_value"), number=Count("pk"))
    came = EconomicTransaction.objects.filter(happened_at__gt=since, kind__in=SOURCES)
    into_game = came.aggregate(zeny=Sum("zeny", filter=Q(zeny__gt=0)))["zeny"] or 0
    most = rules.most_in_a_day(told, characters=played)
    by_quests = (sums["zeny"] or 0) + (sums["items"] or 0)
    hours = worth.hours(LEVELS)
    return {
        "levels": LEVELS,
        "hours": hours,
        "brings": [hours.by_level.get(level) for level in LEVELS] if hours else [],
        "lines": [_line(told, value, str(label), hours) for value, label in Difficulty.choices],
        "days": DAYS,
        "played": played,
        "granted": sums["number"],
        "granted_zeny": by_quests,
        "into_game": into_game,
        "share": round(100 * by_quests / into_game) if into_game else None,
        "most": most,
        "today": taken_today("server", ""),
        "cap": told.caps["server"],
        "alerts": RewardAlert.objects.filter(seen_by="").count(),
    }


def _line(told: rules.Policy, value: int, label: str, hours: worth.Hours | None) -> Line:
    amounts = tuple(rules.expected(told, difficulty=value, level=level) for level in LEVELS)
    minutes = tuple(
        hours.minutes(level, paid.zeny + paid.item_value) if hours else None
        for level, paid in zip(LEVELS, amounts, strict=True)
    )
    return Line(
        difficulty=label,
        amounts=amounts,
        minutes=minutes,
        waits=rules.approval_needed(told, value),
    )


SOURCES = ("npc_sell", "drop", "reward")
"""Where zeny comes into the game: shops that buy, monsters, scripts."""
