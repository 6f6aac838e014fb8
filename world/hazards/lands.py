"""Maps as hazards see them, and what each is due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max, Q, Sum
from django.utils import timezone

from tenants.context import tenant
from world import gamedata
from world.gamedata.places import LEVEL
from world.happenings import causes, neighbours
from world.hazards import ground, risks
from world.hazards.ground import Ground
from world.hazards.risks import Land, Risk
from world.models import GameSpawn, WorldEvent
from world.weather.climates import ELSEWHERE, group_of

MOST_MAPS = 200
"""The most visited ones."""
REMEMBERED = timedelta(days=7)


def due(map_name: str = "") -> list[Risk]:
    """Hazards that maps are due, the greatest risk first: of one map, or of all where somebody was
    of late. Raises Invalid for a map the server does not have."""
    if map_name:
        gamedata.game_map(map_name, field="map")
    now = timezone.now()
    taken, grounds, weathers = neighbours.occupied(), dict[str, Ground](), _weathers(now)
    found: list[Risk] = []
    last = _last(now)
    for land in _lands(map_name, now):
        group = land.group or ELSEWHERE
        if group not in grounds:
            grounds[group] = ground.of_group(
                tenant().server_id, group, now, now=weathers.get(group, "")
            )
        if land.map_name not in taken:
            since = {kind: now - at for (name, kind), at in last.items() if name == land.map_name}
            found += risks.risks(land, grounds[group], last=since)
    return sorted(found, key=lambda one: (-one.risk, one.map_name, one.kind))


def _lands(map_name: str, now: datetime) -> Iterator[Land]:
    counts = causes.counts(map_name, now)
    visits: dict[str, int] = {}
    for (name, _kind), (lately, _usual) in counts.items():
        visits[name] = visits.get(name, 0) + lately
    visited = sorted(
        (name for name in visits if visits[name] and "@" not in name),
        key=lambda name: -visits[name],
    )
    for row in _inhabited([map_name] if map_name else visited[:MOST_MAPS]):
        name = row["map_id"]
        died, usual = counts.get((name, "death"), (0, 0.0))
        yield Land(
            map_name=name,
            group=group_of(name),
            flags=frozenset(row["map__flags"]),
            highest=row["highest"],
            undead=(row["undead"] or 0) / max(row["monsters"], 1),
            visits=visits.get(name, 0),
            deaths=causes.standing_out(died, usual),
        )


def _inhabited(maps: list[str]) -> list[dict[str, Any]]:
    undead = Q(monster__race="Undead") | Q(monster__element="Undead")
    rows = (
        GameSpawn.objects.filter(map_id__in=maps, monster__is_mvp=False)
        .values("map_id", "map__flags")
        .annotate(highest=Max(LEVEL), monsters=Sum("amount"), undead=Sum("amount", filter=undead))
        .order_by("map_id")
    )
    return [dict(row) for row in rows]


def _weathers(now: datetime) -> dict[str, str]:
    """Group -> what was begun there, by the chain or by order."""
    going_on = WorldEvent.objects.filter(kind="weather", status="active", ends_at__gt=now)
    data = going_on.order_by("pk").values_list("data", flat=True)
    return {one["group"]: one["weather"] for one in data if one.get("group")}


def _last(now: datetime) -> dict[tuple[str, str], datetime]:
    """Map and kind -> when there last was such a hazard."""
    rows = WorldEvent.objects.filter(kind="hazard", created_at__gt=now - REMEMBERED)
    found = rows.order_by("created_at").values_list("map_name", "data", "created_at")
    return {(name, data.get("hazard", "")): at for name, data, at in found}
