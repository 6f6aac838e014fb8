"""What players do calls agents: where an MVP fell, the world may have cause for an event."""

from __future__ import annotations

from agents import orders
from world.reports.batches import Batch
from world.reports.events import Kind

MOST = 5
"""Maps of one batch."""


def receive(batch: Batch) -> None:
    """A receiver of world.reports: in the transaction that counts the events. Once an hour and map,
    however many fall."""
    maps = sorted({event.map_name for event in batch.of(Kind.MVP_KILL) if event.map_name})
    for map_name in maps[:MOST]:
        orders.write("world_event", map_name, f"{orders.EVENT}{batch.received_at:%Y-%m-%dT%H}")
