"""Who deals with whom: trades, parties and fights, stronger the more and the later they are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from tenants.statements import rows
from world.reports.batches import Batch
from world.reports.events import GameEvent, Kind

HALF_LIFE = 30 * 86_400
"""Seconds after which an edge is half as strong."""
STORE = f"""
INSERT INTO player_interaction_graph AS e (source_id, target_id, kind, times, weight, last_at)
SELECT source, target, kind, times, times, last_at FROM unnest(
    %(source)s::bigint[], %(target)s::bigint[], %(kind)s::text[], %(times)s::int[],
    %(last_at)s::timestamptz[]
) AS s(source, target, kind, times, last_at)
ON CONFLICT (source_id, target_id, kind) DO UPDATE SET
    times = e.times + excluded.times,
    weight = e.weight * power(0.5, GREATEST(
        EXTRACT(EPOCH FROM excluded.last_at - e.last_at), 0) / {HALF_LIFE}) + excluded.times,
    last_at = GREATEST(e.last_at, excluded.last_at)
"""  # nosec B608: constants of this module
Edge = tuple[int, int, str]


def receive(batch: Batch) -> None:
    found: dict[Edge, tuple[int, datetime]] = {}
    for event in batch.events:
        for edge in _edges(event):
            times, _ = found.get(edge, (0, event.at))
            found[edge] = (times + 1, event.at)
    if found:
        rows(STORE, {
            "source": [source for source, _, _ in found],
            "target": [target for _, target, _ in found],
            "kind": [kind for _, _, kind in found],
            "times": [times for times, _ in found.values()],
            "last_at": [last_at for _, last_at in found.values()],
        })  # fmt: skip


def _edges(event: GameEvent) -> Iterator[Edge]:
    one, other = event.char_id, event.other_char_id
    if one is None or other is None or one == other:
        return
    if event.kind is Kind.TRADE:  # of both: the same edge whoever reports it
        yield min(one, other), max(one, other), "trade"
    elif event.kind is Kind.PARTY_JOIN:
        yield min(one, other), max(one, other), "party"
    elif event.kind is Kind.VENDING_SALE:
        yield one, other, "trade"
    elif event.kind is Kind.DEATH:
        yield other, one, "fight"
