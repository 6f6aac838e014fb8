"""What went on at a place of late: what every agent is shown of the others before it decides."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Q, Sum
from django.utils import timezone

from npcs.models import NpcPersonality
from world import gamedata
from world.models import ActivityHour, WorldEvent

LATELY = timedelta(days=1)
MOST = 10
LONGEST = 120
WEEK = timedelta(days=7)
BUSIEST = 20


def lately(map_name: str = "") -> list[dict[str, Any]]:
    """Events of a day on the map and everywhere, and all that still go on there; without a map, of
    all maps. The latest first, MOST of them. JSON only: hours are counted from now."""
    now = timezone.now()
    events = WorldEvent.objects.filter(retracted=False).exclude(kind="weather")
    events = events.filter(Q(starts_at__gt=now - LATELY) | Q(status="active"))
    if map_name:
        events = events.filter(map_name__in=["", map_name])
    return [
        {
            "kind": row.kind,
            "title": row.title[:LONGEST],
            "map": row.map_name,
            "severity": row.severity,
            "hours_ago": round((now - row.starts_at).total_seconds() / 3_600, 1),
            "goes_on": row.status != WorldEvent.Status.ENDED,
            "by": row.made_by,
        }
        for row in events.order_by("-starts_at", "-pk")[:MOST]
    ]


def told(found: list[dict[str, Any]]) -> str:
    """For a language model, a line each."""
    lines = [
        f"- {one['kind']} on {one['map'] or 'all maps'}: {one['title']!r}, "
        f"{'goes on' if one['goes_on'] else 'over'}"
        for one in found
    ]
    return "\n".join(lines) or "- nothing"


def known_map(name: str) -> str:
    """A map of the server's own data or, while nothing is imported, one that was reported or where
    an NPC stands. Raises Invalid."""
    if not gamedata.is_imported():
        seen = ActivityHour.objects.filter(map_name=name).exists()
        if name and (seen or NpcPersonality.objects.filter(map_name=name).exists()):
            return name
    return gamedata.game_map(name, field="map").name


def busiest(kinds: tuple[str, ...] = (), *, map_name: str = "") -> list[tuple[str, int]]:
    """Maps (or this one) by how much of these kinds (empty: of all) happened there within a week,
    BUSIEST of them; one that the server's own data do not have is none."""
    hours = ActivityHour.objects.filter(hour__gt=timezone.now() - WEEK).exclude(map_name="")
    if kinds:
        hours = hours.filter(kind__in=kinds)
    if map_name:
        hours = hours.filter(map_name=map_name)
    summed = hours.order_by().values_list("map_name").annotate(number=Sum("number"))
    found = list(summed.order_by("-number", "map_name")[:BUSIEST])
    if not gamedata.is_imported():
        return found
    return [(name, number) for name, number in found if gamedata.map_exists(name)]
