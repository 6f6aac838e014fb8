"""Sums per hour, kind and map: what plots and agents read instead of millions of events."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from tenants.statements import rows
from world.reports.batches import Batch
from world.reports.events import GameEvent, Kind

MOST = 9_000_000_000_000_000_000
STORE = f"""
INSERT INTO activity_hours AS a (hour, kind, map_name, number, zeny)
SELECT * FROM unnest(
    %(hour)s::timestamptz[], %(kind)s::text[], %(map)s::text[], %(number)s::bigint[],
    %(zeny)s::bigint[]
)
ON CONFLICT (hour, kind, map_name) DO UPDATE SET
    number = a.number + excluded.number,
    zeny = LEAST(a.zeny::numeric + excluded.zeny, {MOST})::bigint
"""  # nosec B608: constants of this module
Sum = tuple[datetime, str, str]
PIECES = frozenset({Kind.KILL, Kind.ITEM_PICK, Kind.ITEM_DROP})
"""Kinds whose number is how many; of the others each event is one."""


def receive(batch: Batch) -> None:
    found: dict[Sum, tuple[int, int]] = {}
    for event in batch.events:
        key = (event.at.replace(minute=0, second=0, microsecond=0), _kind(event), event.map_name)
        number, zeny = found.get(key, (0, 0))
        found[key] = (number + _number(event), min(zeny + abs(event.zeny), MOST))
    rows(STORE, dict(zip(("hour", "kind", "map", "number", "zeny"), _columns(found), strict=True)))


def _columns(found: dict[Sum, tuple[int, int]]) -> Iterator[list[object]]:
    for column in zip(*((*key, *sums) for key, sums in found.items()), strict=True):
        yield list(column)


def _kind(event: GameEvent) -> str:
    if event.kind is Kind.ZENY_CHANGE:
        return "zeny_made" if event.zeny > 0 else "zeny_spent"
    return event.kind.value


def _number(event: GameEvent) -> int:
    return event.number if event.kind in PIECES else 1
