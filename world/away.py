"""What happened since somebody last looked, in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from world import activity, moments
from world.models import PlayerProfile

REPORTED = ("mvp_kill", "castle_owner", "death", "base_level", "kill")


@dataclass(frozen=True)
class Away:
    since: datetime
    moments: int
    """Lines the timeline has for it, or would have if it were long enough."""
    numbers: Mapping[str, int]
    """Events, new players, and REPORTED; only what happened."""


def summary(since: datetime) -> Away:
    events = moments.events(since).count()
    sums = {"event": events, **dict.fromkeys(REPORTED, 0)}
    for _at, kind, number, _zeny in activity.by_hour(since, REPORTED):
        sums[kind] += number
    sums["new_player"] = PlayerProfile.objects.filter(first_seen_at__gte=since).count()
    told = events + moments.deeds(since).count()
    return Away(since, told, {kind: number for kind, number in sums.items() if number})
