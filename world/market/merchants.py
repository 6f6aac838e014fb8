"""Shops ask more or less, as events the map-server may follow: as many a day as the owner allows,
none where staff set a price."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext, gettext_noop, override

from aiworld.changes import Changes
from tenants.context import tenant
from world.happenings import limits, planning
from world.happenings.making import LANGUAGES
from world.happenings.planning import Happening
from world.market import chains, pricing, shops
from world.market.pricing import LEANS, Goods, Mood
from world.market.shops import KIND, Offer, Traded
from world.models import WorldEvent
from world.models.events import next_position

MADE_BY = "agent"
LASTS = timedelta(hours=12)
"""A price that is not renewed goes back by itself."""
LEAST = 0.03
"""Share of its usual price by which a price has to move, to be worth telling."""
MOST = 30
"""Prices that one look moves: those that move furthest."""
TITLE = gettext_noop("%(item)s: %(price)d zeny")
Key = tuple[str, int]
"""Shop and item."""


@dataclass(frozen=True, kw_only=True)
class Moved:
    npc: str
    item_id: int
    price: int
    usual: int
    event_id: int


@dataclass(frozen=True, kw_only=True)
class Done:
    moved: Sequence[Moved]
    left: int
    """Prices that would have moved too, had there been room."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    offer: Offer
    price: int
    running: WorldEvent | None
    factor: float
    """What it is sold at now, as a multiple of the usual price."""

    @property
    def moves(self) -> float:
        """By which share of the usual price."""
        return abs(self.price / self.offer.price - self.factor)


def goods(map_name: str = "") -> dict[Key, Goods]:
    """What the shops of a map sell, or all, with their markets. Of what staff priced, nothing."""
    return {key: each for key, (_, each, _) in _stock(map_name, timezone.now()).items()}


def reprice(map_name: str = "", *, mood: Mood, changes: Changes) -> Done:
    """Call it in a transaction."""
    next_position()  # holds the lock, so that the owner's limit is exact
    now = timezone.now()
    wishes = sorted(_wishes(_stock(map_name, now), mood), key=lambda one: -one.moves)
    room = max(limits.per_day(KIND) - limits.used(KIND), 0)
    moved: list[Moved] = []
    left = 0
    for wish in wishes:
        begins = wish.running is None and wish.price != wish.offer.price
        if wish.moves < LEAST and not _expires(wish, now):
            continue
        if len(moved) >= MOST or (begins and room < 1):
            left += 1
            continue
        room -= begins
        moved.append(_moved(wish, now, changes))
    return Done(moved=moved, left=left)


def _stock(map_name: str, now: datetime) -> dict[Key, tuple[Offer, Goods, WorldEvent | None]]:
    known, running = shops.offers(map_name), shops.running(now=now)
    traded = shops.traded([offer.item_id for offer in known], now=now)
    made_of = chains.materials(chains.recipes())
    found = {}
    for offer in known:
        event = running.get((offer.npc, offer.item_id))
        if event and event.made_by != MADE_BY:
            continue
        factor = _factor(event, offer)
        each = _goods(offer, traded.get(offer.item_id, Traded()), factor, made_of)
        found[(offer.npc, offer.item_id)] = (offer, each, event)
    return found


def _factor(event: WorldEvent | None, offer: Offer) -> float:
    price = int(event.data.get("price", offer.price)) if event else offer.price
    return min(max(price / offer.price, 1 - pricing.MOST), 1 + pricing.MOST)


def _goods(offer: Offer, market: Traded, factor: float, made_of: Iterable[int]) -> Goods:
    return Goods(
        base=offer.price,
        sell=offer.sell,
        kind=offer.kind,
        demand=market.demand,
        demand_before=market.demand_before,
        supply=market.supply,
        supply_before=market.supply_before,
        factor=factor,
        material=offer.item_id in made_of,
    )


def _wishes(stock: Mapping[Key, tuple[Offer, Goods, WorldEvent | None]], mood: Mood) -> list[Wish]:
    lean, recipes = LEANS[mood], chains.recipes()
    alone = {item: pricing.wanted(each, lean=lean) for (_, item), (_, each, _) in stock.items()}
    usual = {item: each.base for (_, item), (_, each, _) in stock.items()}
    added = chains.passed_on(recipes, usual, alone)
    return [
        Wish(
            offer=offer,
            price=pricing.price(each, lean=lean, passed_on=added.get(item, 0.0)),
            running=event,
            factor=each.factor,
        )
        for (_, item), (offer, each, event) in stock.items()
    ]


def _expires(wish: Wish, now: datetime) -> bool:
    """Whether a price that stays would go back before the next look."""
    ends = wish.running.ends_at if wish.running else None
    return ends is not None and ends < now + LASTS / 2 and wish.price != wish.offer.price


def _moved(wish: Wish, now: datetime, changes: Changes) -> Moved:
    offer, event = wish.offer, wish.running
    data = {"npc": offer.npc, "item_id": offer.item_id, "price": wish.price}
    title = _title(offer, wish.price)
    if event is None:
        asked = Happening(kind=KIND, title=title, map_name=offer.map_name, data=data, severity=0.5,
                          ends_at=now + LASTS)  # fmt: skip
        event = changes.create(planning.checked(asked, made_by=MADE_BY))
    elif wish.price == offer.price:
        changes.update(event, status=WorldEvent.Status.ENDED, ends_at=now)
    else:
        changes.update(event, data=data, title=title, ends_at=now + LASTS)
    return Moved(npc=offer.npc, item_id=offer.item_id, price=wish.price, usual=offer.price,
                 event_id=event.pk)  # fmt: skip


def _title(offer: Offer, price: int) -> str:
    language = tenant().language
    with override(LANGUAGES.get(language, language)):
        return gettext(TITLE) % {"item": offer.name, "price": price}
