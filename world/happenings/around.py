"""What went on at a place of late: what every agent is shown of the others before it decides."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from world.models import WorldEvent

LATELY = timedelta(days=1)
MOST = 10
LONGEST = 120


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
