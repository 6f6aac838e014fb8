"""Who gets how deep, by what the game reports: floor after floor, so many of its monsters fall on
its map, and on the last one the boss. Nobody's word counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from tenants import outbox
from world.happenings import planning
from world.models import DungeonDelver, DungeonRun, WorldEvent
from world.models.events import hold
from world.reports.batches import Batch
from world.reports.events import GameEvent, Kind

AWARD = "quests.tasks.award"
KILLS = (Kind.KILL, Kind.MVP_KILL)
MOST = 50
"""Dungeons that are looked at at once."""
SHARE = 0.5
"""Of a floor's monsters, that have to fall before the next one counts: nobody has to go into every
room, and nobody walks past all of them."""


@dataclass(frozen=True, kw_only=True)
class Floor:
    map_name: str
    monsters: frozenset[int]
    wanted: int
    """So many of them have to fall; 0: the first one that does is enough."""


@dataclass(frozen=True, kw_only=True)
class Dungeon:
    floors: tuple[Floor, ...]
    boss: int
    """Monster on the last floor."""


@dataclass(frozen=True, kw_only=True)
class Delve:
    floor: int = 1
    slain: int = 0
    moved_at: datetime | None = None
    cleared_at: datetime | None = None
    by: Mapping[int, int] = field(default_factory=dict)
    """Character -> monsters that counted."""


def dungeon(data: Mapping[str, Any]) -> Dungeon:
    """As an event's data tell it (world.happenings.places.Dungeon)."""
    rooms = data["rooms"]
    floors = []
    for number in sorted({room["floor"] for room in rooms}):
        here = [room for room in rooms if room["floor"] == number]
        guarded = [room for room in here if room["monster_id"] and room["purpose"] != "boss"]
        placed = sum(room["amount"] for room in guarded)
        floors.append(
            Floor(
                map_name=here[0]["map"],
                monsters=frozenset(room["monster_id"] for room in guarded),
                wanted=round(placed * SHARE),
            )
        )
    [boss] = [room["monster_id"] for room in rooms if room["purpose"] == "boss"]
    return Dungeon(floors=tuple(floors), boss=boss)


def advance(of: Dungeon, at: Delve, events: Sequence[GameEvent]) -> Delve:
    """Pure; events in order, a boss's fall ends it. What falls on a floor before its turn, or
    after, is nobody's progress."""
    by = Counter(at.by)
    for event in events:
        floor = of.floors[at.floor - 1]
        if at.cleared_at or event.kind not in KILLS or event.map_name != floor.map_name:
            continue
        ready = at.floor == len(of.floors) and at.slain >= floor.wanted
        if ready and event.target_id == of.boss:
            at = replace(at, cleared_at=event.at, moved_at=event.at)
        elif event.target_id in floor.monsters:
            at = replace(at, slain=at.slain + event.number, moved_at=event.at)
            if at.slain >= floor.wanted and at.floor < len(of.floors):
                at = replace(at, floor=at.floor + 1, slain=0)
        else:
            continue
        if event.char_id is not None:
            by[event.char_id] += event.number
    return replace(at, by=dict(by))


def receive(batch: Batch) -> None:
    """A receiver of world.reports: batches of a server come one after the other."""
    open_ones = WorldEvent.objects.filter(kind="dungeon", status="active", retracted=False)
    kills = batch.of(*KILLS)
    for row in open_ones.order_by("pk")[:MOST] if kills else ():
        until = row.ends_at or batch.received_at
        seen = [event for event in kills if row.starts_at <= event.at <= until]
        if seen and row.data.get("rooms"):
            _follow(row, dungeon(row.data), seen)


@transaction.atomic
def _follow(row: WorldEvent, of: Dungeon, seen: Sequence[GameEvent]) -> None:
    run = DungeonRun.objects.filter(event=row).first() or DungeonRun(event=row)
    if run.cleared_at:
        return
    done = advance(of, Delve(floor=run.floor, slain=run.slain), seen)
    if done.moved_at is None:
        return
    run.floor, run.slain = done.floor, done.slain
    run.moved_at, run.cleared_at = done.moved_at, done.cleared_at
    run.save()
    DungeonDelver.objects.bulk_create(
        [DungeonDelver(event=row, char_id=char_id) for char_id in done.by], ignore_conflicts=True
    )
    for char_id, slain in done.by.items():
        mine = DungeonDelver.objects.filter(event=row, char_id=char_id)
        mine.update(slain=F("slain") + slain)
    if done.cleared_at:
        hold()
        planning.end(row, at=timezone.now())
        outbox.add(AWARD, row.pk)


def delvers(event_id: int) -> list[int]:
    """Who cleared a dungeon, who slew most first; nobody while it is not."""
    rows = DungeonDelver.objects.filter(event_id=event_id, event__run__cleared_at__isnull=False)
    return list(rows.values_list("char_id", flat=True))
