"""Every event as it was reported, for 90 days: what aggregates leave out."""

from __future__ import annotations

import json
from typing import Any

from django.db import connection

from world.reports.batches import Batch
from world.reports.events import GameEvent

COPY = """
COPY game_events (
    happened_at, kind, char_id, other_char_id, map_name, x, y, target_id, number, zeny, data
) FROM STDIN
"""
_SPECIAL = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
"""Of COPY's text format."""


def receive(batch: Batch) -> None:
    with connection.cursor() as cursor, cursor.copy(COPY) as copy:
        copy.write("".join(map(_line, batch.events)))


def _line(event: GameEvent) -> str:
    char_id = "\\N" if event.char_id is None else event.char_id
    other = "\\N" if event.other_char_id is None else event.other_char_id
    return (
        f"{event.at.isoformat()}\t{event.kind.value}\t{char_id}\t{other}\t"
        f"{event.map_name.translate(_SPECIAL)}\t{event.x}\t{event.y}\t{event.target_id}\t"
        f"{event.number}\t{event.zeny}\t{_data(event)}\n"
    )


def _data(event: GameEvent) -> str:
    if not (event.text or event.detail or event.given or event.taken):
        return "{}"
    told: dict[str, Any] = {
        "text": event.text,
        "detail": event.detail,
        "given": event.given,
        "taken": event.taken,
    }
    return json.dumps({name: value for name, value in told.items() if value}).translate(_SPECIAL)
