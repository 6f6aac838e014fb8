"""A made-up day as the map-server would report it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import blake2b

from inference.learned.history import KINDS, Rows
from world.reports.events import GameEvent, Kind


def reported(events: Rows, *, source: str) -> Iterator[GameEvent]:
    """For `world.reports.counting.count`, in batches of at most its MOST. `source` is part of each
    event's id: the same events of the same source are repeats."""
    for number, row in enumerate(events):
        at, kind, char, other, place, target, amount, zeny = row.item()
        name = Kind(KINDS[kind])
        text = {Kind.ZENY_CHANGE: "npc_sell" if zeny > 0 else "npc_buy",
                Kind.QUEST_STEP: "completed"}.get(name, "")  # fmt: skip
        digest = blake2b(f"{source} {at} {number} {char}".encode(), digest_size=16).hexdigest()
        trade = name is Kind.TRADE
        yield GameEvent(
            digest=digest,
            kind=name,
            at=datetime.fromtimestamp(at, UTC),
            char_id=char,
            name="",
            map_name=f"map_{place:02}",
            x=0,
            y=0,
            target_id=0 if trade else target,
            other_char_id=other or None,
            number=1 if trade else amount,
            zeny=zeny,
            text=text,
            given=[(target, amount)] if trade else (),
        )
