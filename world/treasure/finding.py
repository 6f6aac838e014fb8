"""Who follows a hunt, by what the game reports: a character was on a map, and slew the guardian on
the last. Nobody's word counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from tenants import outbox
from world.happenings import planning
from world.models import TreasureFind, WorldEvent
from world.reports.batches import Batch
from world.reports.events import GameEvent, Kind

AWARD = "quests.tasks.award"
KILLS = (Kind.KILL, Kind.MVP_KILL)
MOST = 50
"""Hunts that are looked at at once."""
Done = tuple[int, datetime, datetime | None]
"""Steps, when the latest was, when the treasure was found."""


def receive(batch: Batch) -> None:
    """A receiver of world.reports: batches of a server come one after the other."""
    hunts = WorldEvent.objects.filter(kind="treasure", status="active", retracted=False)
    for hunt in hunts.order_by("pk")[:MOST]:
        maps = {step["map"] for step in hunt.data.get("steps", ())}
        there = {event.char_id for event in batch.events if event.map_name in maps}
        until = hunt.ends_at or batch.received_at
        followed = {
            char_id: [one for one in batch.by_player[char_id] if hunt.starts_at <= one.at <= until]
            for char_id in sorted(one for one in there if one is not None)
        }
        if followed:
            _follow(hunt, followed)


def advance(
    step: int, maps: Sequence[str], guardian_id: int, events: Sequence[GameEvent]
) -> Done | None:
    """How far a character is that was at `step`; None if no further. Pure; events in order."""
    moved_at, begun = None, step
    for event in events:
        if step < len(maps) and event.map_name == maps[step]:
            step, moved_at = step + 1, event.at
        here = step == len(maps) and event.map_name == maps[-1]
        if here and event.kind in KILLS and event.target_id == guardian_id:
            return step, event.at, event.at
    return (step, moved_at, None) if moved_at and step > begun else None


@transaction.atomic
def _follow(hunt: WorldEvent, followed: Mapping[int, Sequence[GameEvent]]) -> None:
    maps = [step["map"] for step in hunt.data["steps"]]
    rows = {row.char_id: row for row in TreasureFind.objects.filter(event=hunt)}
    if any(row.found_at for row in rows.values()):
        return
    moved: list[TreasureFind] = []
    for char_id, events in followed.items():
        row = rows.get(char_id) or TreasureFind(event=hunt, char_id=char_id, step=0)
        if done := advance(row.step, maps, hunt.data["guardian_id"], events):
            row.step, row.moved_at, row.found_at = done
            moved.append(row)
    found = sorted((row for row in moved if row.found_at), key=_first)
    for row in found[1:]:
        row.found_at = None  # the first one was faster
    TreasureFind.objects.bulk_create(
        moved, update_conflicts=True, unique_fields=["event", "char_id"],
        update_fields=["step", "moved_at", "found_at"],
    )  # fmt: skip
    if found:
        planning.end(hunt, at=timezone.now())
        outbox.add(AWARD, hunt.pk)


def _first(row: TreasureFind) -> tuple[datetime, int]:
    assert row.found_at is not None
    return row.found_at, row.char_id


def finder(event_id: int) -> int | None:
    """Who found the treasure."""
    rows = TreasureFind.objects.filter(event_id=event_id, found_at__isnull=False)
    return rows.values_list("char_id", flat=True).first()
