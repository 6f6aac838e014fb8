"""Events that do not go together on one map, and which of them stays.

Two festive ones never go together, nor a festive and a grim one, nor two tales of the same kind.
Of two that do not, the graver one stays; of equals the one that was there first. What staff made
never gives way."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from aiworld.errors import Conflict
from world.models import WorldEvent

FESTIVE = frozenset({"festival", "feast", "market", "parade"})
GRIM = frozenset({
    "invasion", "spawn", "swarm", "warning", "raid", "siege", "hazard", "boss", "dungeon",
})  # fmt: skip
TALES = frozenset({"chain", "problem"})


def against(kind: str) -> frozenset[str]:
    """Kinds that do not go together with it."""
    if kind in FESTIVE:
        return FESTIVE | GRIM
    if kind in GRIM:
        return FESTIVE
    return frozenset({kind}) & TALES


def gives_way(*, standing: float, coming: float, by_staff: bool) -> bool:
    """Whether what stands (severity 0-10) makes room for what comes."""
    return not by_staff and coming > standing


def giving_way(row: WorldEvent) -> Sequence[WorldEvent]:
    """What has to end for it. Raises Conflict where something stays that it does not go with."""
    others = _in_the_way(row)
    for other in others:
        if not gives_way(
            standing=other.severity, coming=row.severity, by_staff=other.made_by == "staff"
        ):
            raise Conflict(f"{row.kind} does not go together with {other.title!r} there")
    return others


def fits(row: WorldEvent) -> bool:
    """Whether it could begin, as things stand."""
    try:
        giving_way(row)
    except Conflict:
        return False
    return True


def _in_the_way(row: WorldEvent) -> list[WorldEvent]:
    kinds = against(row.kind)
    if not kinds:
        return []
    others = WorldEvent.objects.filter(kind__in=kinds, retracted=False).exclude(status="ended")
    others = others.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=row.starts_at))
    if row.ends_at:
        others = others.filter(starts_at__lt=row.ends_at)
    if row.map_name:
        others = others.filter(map_name__in=["", row.map_name])
    return list(others.order_by("pk")[:100])
