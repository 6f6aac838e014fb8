"""Who holds which castle: part of the state of the world, for what NPCs say under a condition."""

from __future__ import annotations

from world import states
from world.reports.batches import Batch
from world.reports.events import Kind

NOBODY = "nobody"


def receive(batch: Batch) -> None:
    changed = batch.of(Kind.CASTLE_OWNER)
    if not changed:
        return
    now = batch.received_at
    before = states.latest([states.WORLD], now=now).get(states.WORLD)
    noted = before.state.get("castles") if before and isinstance(before.state, dict) else None
    castles = dict(noted) if isinstance(noted, dict) else {}
    castles |= {
        event.text: (event.detail or f"guild {event.target_id}") if event.target_id else NOBODY
        for event in changed
    }
    states.note({states.WORLD: {"castles": castles}}, now=now)
