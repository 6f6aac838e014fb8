"""What happened where: how busy each map was, and the places on a map that are known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count

from tenants.statements import rows
from world import activity, moments
from world.models import GameMonster, WorldEvent

KINDS = ("event", "mvp_kill", "death", "base_level", "kill")
"""What is counted of a map: its world events, and what was reported of it."""
MOST_SPOTS = 60
"""Of a map: the latest."""
LOOKED_AT = 20_000
"""The latest reports of a kind among which the spots are looked for."""
SPOTS = """
SELECT map_name, x, y, kind, number, target_id, happened_at FROM (
    SELECT e.*, row_number() OVER (PARTITION BY map_name ORDER BY happened_at DESC) AS age
    FROM unnest(%(kinds)s::text[]) AS wanted(kind) CROSS JOIN LATERAL (
        SELECT map_name, x, y, g.kind, number, target_id, happened_at FROM game_events g
        WHERE g.kind = wanted.kind AND happened_at >= %(since)s
        ORDER BY happened_at DESC LIMIT %(looked_at)s
    ) e
    WHERE map_name = ANY(%(maps)s) AND x >= 0 AND y >= 0 AND (x, y) <> (0, 0)
) t WHERE age <= %(most)s ORDER BY happened_at DESC
"""
REPORTED = {"mvp_kill": "mvp", "death": "death", "base_level": "level"}


@dataclass(frozen=True)
class Busy:
    """A map, and what happened there."""

    name: str
    numbers: Mapping[str, int]
    """By KINDS."""
    share: float
    """How busy, the busiest map is 1."""


@dataclass(frozen=True)
class Spot:
    """Where something happened."""

    x: int
    y: int
    kind: str
    """event, mvp, death or level."""
    title: str
    """Of the event, or the MVP's name."""
    number: int
    """The MVP's monster id, or the level."""
    at: datetime


def busiest(since: datetime) -> list[Busy]:
    """Every map where something happened, the busiest first: by what part of all events, MVPs,
    deaths, levels and kills was there, so that a rare thing counts as much as a common one."""
    found: dict[str, dict[str, int]] = {}
    for name, kind, number in (*activity.by_map(since, KINDS), *_events(since)):
        numbers = found.setdefault(name, dict.fromkeys(KINDS, 0))
        numbers[kind] += number
    totals = {kind: sum(one[kind] for one in found.values()) or 1 for kind in KINDS}
    parts = {
        name: sum(numbers[kind] / totals[kind] for kind in KINDS)
        for name, numbers in found.items()
    }  # fmt: skip
    most = max(parts.values(), default=0) or 1
    order = sorted(found, key=lambda name: (-parts[name], name))
    return [Busy(name, found[name], parts[name] / most) for name in order]


def _events(since: datetime) -> Iterator[tuple[str, str, int]]:
    found = moments.events(since).exclude(map_name="").order_by()
    for name, number in found.values_list("map_name").annotate(Count("pk")):
        yield name, "event", number


def spots(maps: Sequence[str], since: datetime) -> dict[str, list[Spot]]:
    """Of each of the maps, at most MOST_SPOTS and the events with a place; the newest first."""
    found: dict[str, list[Spot]] = {name: [] for name in maps}
    wanted = {"kinds": list(REPORTED), "since": since, "maps": list(maps), "most": MOST_SPOTS,
              "looked_at": LOOKED_AT}  # fmt: skip
    reported = rows(SPOTS, wanted)
    mvps = {row[5] for row in reported if row[3] == "mvp_kill"}
    names = dict(GameMonster.objects.filter(pk__in=mvps).values_list("pk", "name"))
    for name, x, y, kind, number, target, at in reported:
        title, told = (names.get(target, ""), target) if kind == "mvp_kill" else ("", number)
        found[name].append(Spot(x, y, REPORTED[kind], title, told, at))
    for event in moments.events(since).order_by("-starts_at")[: moments.MOST]:
        for name, x, y in _places(event):
            if name in found:
                found[name].append(Spot(x, y, "event", event.title, 0, event.starts_at))
    return found


def _places(event: WorldEvent) -> Iterator[tuple[str, int, int]]:
    """Cells that an event's data names: of itself, of its areas, of its rooms on other maps."""
    data: dict[str, Any] = event.data if isinstance(event.data, dict) else {}
    for one in (data, *_parts(data.get("areas")), *_parts(data.get("rooms"))):
        x, y = one.get("x"), one.get("y")
        if isinstance(x, int) and isinstance(y, int) and (x, y) != (0, 0):
            yield str(one.get("map", event.map_name)), x, y


def _parts(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        yield from (one for one in value if isinstance(one, dict))
