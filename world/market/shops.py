"""What the shops of NPCs sell, how it went of late, and what it is sold at now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from tenants.statements import rows
from world.models import WorldEvent

LATELY, BEFORE = timedelta(days=1), timedelta(days=7)
"""What is looked at, and what it is compared with: the same of the week before."""
MOST_OFFERS = 2_000
KIND = "shop_price"
OFFERS = """
SELECT n.key, o.item_id, i.name, i.kind, o.price, i.sell, o.map_id
FROM game_offers o JOIN game_items i ON i.id = o.item_id
JOIN npc_personalities n ON n.map_name = o.map_id AND n.x = o.x AND n.y = o.y
WHERE o.price > 0 AND (%(map)s = '' OR o.map_id = %(map)s)
ORDER BY n.key, o.item_id, o.price LIMIT %(most)s
"""
"""A shop is the NPC that stands where the server's scripts have one."""
TRADED = """
SELECT item_id,
    COALESCE(sum(amount) FILTER (WHERE new AND kind <> 'npc_sell'), 0)::float8,
    COALESCE(sum(amount) FILTER (WHERE NOT new AND kind <> 'npc_sell'), 0)::float8,
    COALESCE(sum(amount) FILTER (WHERE new AND kind <> 'npc_buy'), 0)::float8,
    COALESCE(sum(amount) FILTER (WHERE NOT new AND kind <> 'npc_buy'), 0)::float8
FROM (
    SELECT item_id, amount, kind, happened_at >= %(lately)s AS new FROM economic_transactions
    WHERE item_id = ANY(%(items)s) AND kind IN ('npc_buy', 'npc_sell', 'vending')
        AND happened_at >= %(before)s AND happened_at < %(now)s
) t GROUP BY item_id
"""
"""Vending is both: somebody wants it, and somebody brings it."""


@dataclass(frozen=True, kw_only=True)
class Offer:
    npc: str
    """Stable key of the shop's NPC."""
    item_id: int
    name: str
    kind: str
    price: int
    """Zeny, by the shop's own script."""
    sell: int
    map_name: str


@dataclass(frozen=True, kw_only=True)
class Traded:
    """Pieces of an item in LATELY, and in a time as long of the week before."""

    demand: float = 0.0
    demand_before: float = 0.0
    supply: float = 0.0
    supply_before: float = 0.0


def offers(map_name: str = "") -> list[Offer]:
    """Of a map, or of all; one of an item at a shop."""
    found: dict[tuple[str, int], Offer] = {}
    for npc, item, name, kind, price, sell, place in rows(
        OFFERS, {"map": map_name, "most": MOST_OFFERS}
    ):
        offer = Offer(npc=npc, item_id=item, name=name, kind=kind, price=price, sell=sell,
                      map_name=place)  # fmt: skip
        found.setdefault((npc, item), offer)
    return list(found.values())


def traded(item_ids: Iterable[int], *, now: datetime | None = None) -> dict[int, Traded]:
    last = now or timezone.now()
    values = {
        "items": sorted(set(item_ids)), "now": last, "lately": last - LATELY,
        "before": last - LATELY - BEFORE,
    }  # fmt: skip
    times = BEFORE / LATELY
    return {
        item: Traded(
            demand=demand, demand_before=demand_before / times,
            supply=supply, supply_before=supply_before / times,
        )
        for item, demand, demand_before, supply, supply_before in rows(TRADED, values)
    }  # fmt: skip


def running(*, now: datetime | None = None) -> dict[tuple[str, int], WorldEvent]:
    """The price events that hold now or soon, by shop and item; of two the later one."""
    last = now or timezone.now()
    events = WorldEvent.objects.filter(kind=KIND, ends_at__gt=last).exclude(status="ended")
    return {
        (str(row.data.get("npc")), int(row.data.get("item_id", 0))): row
        for row in events.order_by("position")
    }
