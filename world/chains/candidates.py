"""Where a chain could be told: maps on which players decide it by what they do anyway."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from world.chains import telling, weaving
from world.happenings import around, conflicts, planning
from world.happenings.planning import Happening
from world.happenings.tally import KINDS
from world.models import WorldEvent

LEAST = 0.25
"""In an hour: where less happens nobody would decide anything."""
MOST = 6
RESTS = timedelta(days=3)
"""A map after a chain, unless it is asked for by name."""
HOURS = around.WEEK.total_seconds() / 3_600


def places(*, map_name: str = "", theme: str = "") -> list[dict[str, Any]]:
    """{map, theme, measure, rate}, the liveliest first; JSON only. `rate`:
    of what is counted, in an hour, by the last week."""
    since = timezone.now() - RESTS
    lately = WorldEvent.objects.filter(kind="chain", created_at__gt=since, retracted=False)
    tired = set() if map_name else set(lately.values_list("map_name", flat=True))
    found: list[dict[str, Any]] = []
    for name in (theme,) if theme else telling.THEMES:
        measure = telling.THEMES[name].measure
        for place, number in around.busiest(KINDS[measure], map_name=map_name):
            rate = round(number / HOURS, 3)
            if rate >= LEAST and place not in tired and _free(place):
                found.append({"map": place, "theme": name, "measure": measure, "rate": rate})
    longest = sorted(
        found, key=lambda one: (-weaving.steps_for(one["rate"]), -one["rate"], one["map"])
    )
    return longest[:MOST]


def _free(map_name: str) -> bool:
    tale = Happening(kind="tale", title="x", map_name=map_name, severity=weaving.SEVERITY["rising"])
    row = planning.checked(tale, made_by="world")
    row.kind = "chain"
    return conflicts.fits(row)
