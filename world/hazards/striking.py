"""A hazard begins."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from aiworld.changes import Changes
from aiworld.errors import Refused
from world import gamedata
from world.happenings import neighbours, planning
from world.happenings.planning import Happening
from world.hazards import effects, risks
from world.models import WorldEvent
from world.models.events import next_position


def strike(
    kind: str,
    map_name: str,
    *,
    strength: int,
    lasts: timedelta,
    title: str,
    tale: str,
    seed: str,
    changes: Changes,
) -> WorldEvent:
    """The event. Where it strikes follows from `seed`. Raises Invalid for a map there is not,
    Refused for one where nothing may harm players, Conflict, OverQuota."""
    found = gamedata.game_map(map_name, field="map")
    levels = gamedata.levels(map_name)
    if risks.safe(frozenset(found.flags), levels.highest if levels else 0):
        raise Refused(f"{map_name} is a town, an arena, or nobody's danger: no hazard there")
    places = gamedata.walkable_places(map_name, effects.spots(strength), seed=seed)
    areas = effects.areas(places, found.walkable, strength)
    with transaction.atomic():
        next_position()
        neighbours.check(map_name)
        event, _known = planning.plan(
            Happening(
                kind="hazard",
                title=title,
                description=tale,
                map_name=map_name,
                severity=float(strength),
                data={
                    "hazard": kind,
                    "strength": strength,
                    "hp_percent": effects.hurt(kind, strength) if areas else 0,
                    "slow_percent": effects.slowed(kind, strength),
                    "areas": areas,
                },
                ends_at=timezone.now() + lasts,
            ),
            made_by="agent",
            changes=changes,
        )
    return event
