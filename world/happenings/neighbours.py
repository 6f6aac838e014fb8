"""Agents see what others have put on a map: of hazards, bosses, dungeons and swarms one at a time
goes on anywhere, so that nobody meets two of them at once."""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone

from aiworld.errors import Conflict
from world.models import WorldEvent

KINDS = ("hazard", "boss", "dungeon", "spawn")


def occupied() -> set[str]:
    """Maps on which one of them goes on or is planned."""
    coming = WorldEvent.objects.filter(kind__in=KINDS).exclude(status=WorldEvent.Status.ENDED)
    coming = coming.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=timezone.now()))
    taken = set(coming.exclude(map_name="").values_list("map_name", flat=True))
    for data in coming.filter(kind="dungeon").values_list("data", flat=True):
        taken |= {room.get("map", "") for room in data.get("rooms", ())}
    return taken - {""}


def check(*maps: str) -> None:
    """Raises Conflict. Exact while the caller holds the lock of `next_position`."""
    if taken := occupied() & set(maps):
        raise Conflict(f"something else goes on in {min(taken)} just now", field="map")
