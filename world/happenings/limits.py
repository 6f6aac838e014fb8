"""How many events of a kind may begin in a day, and how much all that is not staff may change the
world in a day together, so that nothing floods the map."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.db.models import Count
from django.utils import timezone

from aiworld.errors import OverQuota
from world.models import WorldEvent, WorldEventLimit

DAY = timedelta(days=1)
BY_KIND: Mapping[str, int] = {
    "announcement": 24,
    "weather": 100,
    "spawn": 12,
    "shop_price": 100,
    "npc_move": 200,
    "hazard": 8,
    "boss": 8,
    "dungeon": 6,
    "treasure": 4,
    "chain": 3,
    "chain_step": 100,
    "problem": 4,
    "find": 40,
    "npc_arrival": 8,
}
OTHERS = 12
"""Of each kind that is not named."""
ALL = "all"
"""Stands for a kind in the owner's limits: points of world change a day, all kinds together."""
BUDGET, MOST = 60, 1_000
"""Points a day if the owner has said nothing, and whatever the owner says."""
WEIGHTS: Mapping[str, int] = {
    "announcement": 1,
    "weather": 0,
    "spawn": 4,
    "shop_price": 0,
    "npc_move": 0,
    "chain": 8,
    "chain_step": 0,
    "problem": 4,
    "find": 0,
    "npc_arrival": 3,
}
"""Points of one event; 0: its own limit is enough."""
OTHERS_WEIGH = 2


def per_day(kind: str) -> int:
    """The owner's choice, else ours."""
    chosen = WorldEventLimit.objects.filter(kind=kind).values_list("per_day", flat=True).first()
    return BY_KIND.get(kind, OTHERS) if chosen is None else chosen


def used(kind: str) -> int:
    since = timezone.now() - DAY
    return WorldEvent.objects.filter(kind=kind, created_at__gt=since).count()


def check(kind: str) -> None:
    """Raises OverQuota. Exact while the caller holds the lock of `next_position`."""
    most = per_day(kind)
    if used(kind) >= most:
        raise OverQuota(
            f"{most} events of the kind {kind} within a day are as many as the owner allows",
            limit="world_events",
            retry_after=3_600,
        )


def weight(kind: str) -> int:
    return WEIGHTS.get(kind, OTHERS_WEIGH)


def budget() -> int:
    """Points a day: the owner's choice, else ours."""
    chosen = WorldEventLimit.objects.filter(kind=ALL).values_list("per_day", flat=True).first()
    return BUDGET if chosen is None else min(chosen, MOST)


def spent() -> int:
    """Points within a day; what was taken back and what staff made costs none."""
    since = timezone.now() - DAY
    made = WorldEvent.objects.filter(created_at__gt=since, retracted=False).exclude(made_by="staff")
    counted = made.order_by().values_list("kind").annotate(number=Count("pk"))
    return sum(weight(kind) * number for kind, number in counted)


def check_budget(kind: str) -> None:
    """Raises OverQuota. Exact while the caller holds the lock of `next_position`."""
    costs = weight(kind)
    if costs and spent() + costs > budget():
        raise OverQuota(
            f"the world has changed by {budget()} points within a day, as much as the owner allows",
            limit="world_change",
            retry_after=3_600,
        )
