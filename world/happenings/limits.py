"""How many events of a kind may begin in a day, so that nothing floods the map."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

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
}
OTHERS = 12
"""Of each kind that is not named."""


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
