"""Every event as it was reported, for 90 days: what aggregates leave out."""

from __future__ import annotations

import json
from typing import Any

from tenants.statements import rows
from world.reports.batches import Batch
from world.reports.events import GameEvent

STORE = """
INSERT INTO game_events (
    happened_at, kind, char_id, other_char_id, map_name, x, y, target_id, number, zeny, data
) SELECT * FROM unnest(
    %(at)s::timestamptz[], %(kind)s::text[], %(char_id)s::bigint[], %(other)s::bigint[],
    %(map)s::text[], %(x)s::int[], %(y)s::int[], %(target)s::bigint[], %(number)s::bigint[],
    %(zeny)s::bigint[], %(data)s::jsonb[]
)
"""


def receive(batch: Batch) -> None:
    events = batch.events
    rows(STORE, {
        "at": [event.at for event in events],
        "kind": [event.kind.value for event in events],
        "char_id": [event.char_id for event in events],
        "other": [event.other_char_id for event in events],
        "map": [event.map_name for event in events],
        "x": [event.x for event in events],
        "y": [event.y for event in events],
        "target": [event.target_id for event in events],
        "number": [event.number for event in events],
        "zeny": [event.zeny for event in events],
        "data": [_data(event) for event in events],
    })  # fmt: skip


def _data(event: GameEvent) -> str:
    if not (event.text or event.detail or event.given or event.taken):
        return "{}"
    told: dict[str, Any] = {
        "text": event.text,
        "detail": event.detail,
        "given": event.given,
        "taken": event.taken,
    }
    return json.dumps({name: value for name, value in told.items() if value})
