"""Money and goods that changed hands, from trades, sales and zeny that came or went."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from tenants.statements import rows
from world.models.economy import EconomicTransaction
from world.reports.batches import Batch
from world.reports.events import GameEvent, Kind

Row = tuple[datetime, str, int | None, int | None, int | None, int, int, str]
STORE = """
INSERT INTO economic_transactions (
    happened_at, kind, char_id, other_char_id, item_id, amount, zeny, map_name
) SELECT * FROM unnest(
    %(at)s::timestamptz[], %(kind)s::text[], %(char_id)s::bigint[], %(other)s::bigint[],
    %(item)s::int[], %(amount)s::int[], %(zeny)s::bigint[], %(map)s::text[]
)
"""
COLUMNS = ("at", "kind", "char_id", "other", "item", "amount", "zeny", "map")
TRADE, VENDING = EconomicTransaction.Kind.TRADE.value, EconomicTransaction.Kind.VENDING.value


def receive(batch: Batch) -> None:
    found = [row for event in batch.events for row in _rows(event)]
    if found:
        columns = zip(*found, strict=True)
        rows(STORE, dict(zip(COLUMNS, map(list, columns), strict=True)))


def _rows(event: GameEvent) -> Iterator[Row]:
    if event.kind is Kind.VENDING_SALE:
        yield _row(event, VENDING, event.target_id, event.number, event.zeny)
    elif event.kind is Kind.ZENY_CHANGE:
        yield _row(event, event.text, event.target_id or None, event.number, event.zeny)
    elif event.kind is Kind.TRADE:
        yield from _trade(event)


def _trade(event: GameEvent) -> Iterator[Row]:
    """One row for each kind of goods. Zeny stands with the goods if they were paid by it, one kind
    against money; else in a row of its own."""
    goods = [(item, amount, 1) for item, amount in event.given]
    goods += [(item, amount, -1) for item, amount in event.taken]
    if len(goods) == 1 and event.zeny * goods[0][2] > 0:
        yield _row(event, TRADE, goods[0][0], goods[0][1], event.zeny)
        return
    for item, amount, side in goods:
        yield _row(event, TRADE, item, amount, 0, turned=side < 0)
    if event.zeny:
        yield _row(event, TRADE, None, 1, event.zeny)


def _row(
    event: GameEvent, kind: str, item: int | None, amount: int, zeny: int, *, turned: bool = False
) -> Row:
    """`turned`: the other one gives."""
    one, other = event.char_id, event.other_char_id
    if turned:
        one, other = other, one
    return event.at, kind, one, other, item, amount, zeny, event.map_name
