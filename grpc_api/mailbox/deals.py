"""Rows of rAthena's log tables, put together to what happened: one trade is two to forty rows of
two tables. The same as the compiled client's `deals.inc`.

`picklog` writes what one side gets (+) beside what the other gives (-), `zenylog` who paid whom;
all of it in the same moment, for a map-server does one thing at a time."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from google.protobuf.timestamp_pb2 import Timestamp

from grpc_api.pb.aiworld.v1 import common_pb2, world_pb2

SPAN = 2
"""Seconds that rows of one moment lie apart at most."""
WANTED = {"T": "trade", "V": "vending", "B": "vending", "S": "zeny"}
"""Kinds of events by the type of a row."""
KINDS = ("trade", "vending", "pick", "drop", "zeny")
GOT = {"M": "MONSTER", "D": "MONSTER", "N": "REWARD", "A": "STAFF"}
PAID = {"N": "FEE", "A": "STAFF", "C": "FEE", "J": "FEE", "0": "FEE", "2": "FEE"}
"""Reasons of zeny that came or went. In a bank, a mail or an auction it is a player's still."""
Event = world_pb2.GameEvent


@dataclass(frozen=True, slots=True)
class Row:
    """Of picklog (`other` is the item) or zenylog (the other side of a payment)."""

    id: int
    time: int
    type: str
    char_id: int
    other: int
    amount: int
    map: str


@dataclass(slots=True)
class Deal:
    """What passed between two, or one and a shop of the game (`two` is 0), seen from `one`."""

    type: str
    one: int
    two: int
    last: int
    map: str
    given: Counter[int] = field(default_factory=Counter)
    taken: Counter[int] = field(default_factory=Counter)
    payments: list[Row] = field(default_factory=list)
    first_pick: int = 0
    first_zeny: int = 0

    def paid_by(self, char_id: int) -> int:
        return sum(-row.amount for row in self.payments if row.char_id == char_id)

    def turned(self) -> Deal:
        self.one, self.two = self.two, self.one
        self.given, self.taken = self.taken, self.given
        return self


MOST_PIECES = 2**32 - 1
"""That an event can say; more is no deal of a game."""


class Deals:
    def __init__(self, kinds: frozenset[str]) -> None:
        self._kinds = kinds
        self._open: list[Deal] = []
        self._lone: list[Row] = []
        """Of picklog; the other side's row has not come yet."""

    def add_pick(self, row: Row) -> list[Event]:
        if not row.amount:  # nothing passed
            return []
        got = row.amount > 0
        if row.type == "S" and "zeny" in self._kinds:
            deal = self._deal("S", row.char_id, 0, row)
            (deal.taken if got else deal.given)[row.other] += abs(row.amount)
            deal.first_pick = deal.first_pick or row.id
        elif row.type == "P" and ("pick" if got else "drop") in self._kinds:
            what = {"item_id": row.other, "amount": abs(row.amount)}
            told = _event("pick", row.id, row.time, row.char_id, row.map)
            getattr(told, "item_pick" if got else "item_drop").MergeFrom(
                world_pb2.ItemPick(**what) if got else world_pb2.ItemDrop(**what)
            )
            return [told]
        elif row.type != "S" and WANTED.get(row.type) in self._kinds:
            self._pair(row)
        return []

    def _pair(self, row: Row) -> None:
        for other in self._lone:
            same = (other.type, other.other, other.amount) == (row.type, row.other, -row.amount)
            near = abs(other.time - row.time) <= SPAN and other.char_id != row.char_id
            if same and near:
                self._lone.remove(other)
                giver, getter = (other, row) if row.amount > 0 else (row, other)
                self._pass(giver, getter)
                return
        self._lone.append(row)

    def _pass(self, giver: Row, getter: Row) -> None:
        deal = self._deal(giver.type, giver.char_id, getter.char_id, giver)
        (deal.given if deal.one == giver.char_id else deal.taken)[giver.other] += getter.amount
        first = min(giver.id, getter.id)
        deal.first_pick = min(deal.first_pick or first, first)
        deal.last = max(deal.last, giver.time, getter.time)

    def add_zeny(self, row: Row) -> list[Event]:
        if row.amount and WANTED.get(row.type) in self._kinds:
            shop = row.type == "S"
            if shop or row.amount < 0:  # the other row is the other side of it
                deal = self._deal(row.type, row.char_id, 0 if shop else row.other, row)
                deal.payments.append(row)
                deal.first_zeny = deal.first_zeny or row.id
                deal.last = max(deal.last, row.time)
            return []
        reason = (GOT if row.amount > 0 else PAID).get(row.type)
        return [_zeny(row, reason)] if row.amount and reason and "zeny" in self._kinds else []

    def _deal(self, kind: str, one: int, two: int, row: Row) -> Deal:
        for deal in self._open:
            same = deal.type == kind and {deal.one, deal.two} == {one, two}
            if same and abs(deal.last - row.time) <= SPAN:
                return deal
        self._open.append(Deal(kind, one, two, row.time, row.map))
        return self._open[-1]

    def close(self, until: int) -> list[Event]:
        """What is over: all rows up to this moment have been added."""
        over = [deal for deal in self._open if deal.last + SPAN < until]
        self._open = [deal for deal in self._open if deal.last + SPAN >= until]
        self._lone = [row for row in self._lone if row.time + SPAN >= until]
        return [event for deal in over for event in _told(deal)]

    def first_open(self, pick: int, zeny: int) -> tuple[int, int]:
        """The first rows of what is not over, or the ones after those."""
        picks = [deal.first_pick for deal in self._open] + [row.id for row in self._lone]
        zenies = [deal.first_zeny for deal in self._open]
        return min([pick + 1, *filter(None, picks)]), min([zeny + 1, *filter(None, zenies)])


def _event(of: str, row_id: int, time: int, char_id: int, place: str) -> Event:
    """Its id is unique also after a table was emptied and counts from 1 again."""
    return Event(
        event_id=f"{of}{row_id}.{time}",
        happened_at=Timestamp(seconds=time),
        player=common_pb2.Player(char_id=char_id),
        place=common_pb2.Place(map=place),
    )


def _told(deal: Deal) -> list[Event]:
    if deal.type == "S":
        return _shopping(deal)
    if deal.type == "T":
        return [_trade(deal)]
    seller = deal if deal.given else deal.turned()
    if seller.paid_by(seller.two) <= 0:  # zenylog is off, and nobody knows the price
        return []
    return [_sale(seller) or _trade(seller)]


def _of(deal: Deal) -> Event:
    of, row_id = ("deal.p", deal.first_pick) if deal.first_pick else ("deal.z", deal.first_zeny)
    return _event(of, row_id, deal.last, deal.one, deal.map)


def _trade(deal: Deal) -> Event:
    told = _of(deal)
    told.trade.MergeFrom(
        world_pb2.Trade(
            other_char_id=deal.two,
            given=_goods(deal.given),
            taken=_goods(deal.taken),
            zeny_given=deal.paid_by(deal.one),
            zeny_taken=deal.paid_by(deal.two),
        )
    )
    return told


def _goods(passed: Counter[int]) -> list[world_pb2.Goods]:
    return [
        world_pb2.Goods(item_id=item, amount=min(pieces, MOST_PIECES))
        for item, pieces in sorted(passed.items())
    ]


def _sale(deal: Deal) -> Event | None:
    """None: of several kinds in one purchase the log knows the sum only."""
    paid, pieces = deal.paid_by(deal.two), deal.given.total()
    mixed = len(deal.given) != 1 or deal.taken or deal.paid_by(deal.one)
    if deal.type != "V" or mixed or paid % pieces:
        return None
    [item] = deal.given
    told = _of(deal)
    told.vending_sale.MergeFrom(
        world_pb2.VendingSale(
            buyer_char_id=deal.two,
            item_id=item,
            amount=min(pieces, MOST_PIECES),
            price=paid // pieces,
        )
    )
    return told


def _zeny(row: Row, reason: str) -> Event:
    told = _event("zeny", row.id, row.time, row.char_id, row.map)
    told.zeny_change.change = row.amount
    told.zeny_change.reason = world_pb2.ZenyReason.Value(f"ZENY_REASON_{reason}")  # type: ignore[assignment]
    return told


def _shopping(deal: Deal) -> list[Event]:
    """What was bought stands in it only if nothing else was in the same moment."""
    single = len(deal.payments) == 1 and len(deal.given) + len(deal.taken) == 1
    events = []
    for row in deal.payments:
        told = _zeny(row, "NPC_BUY" if row.amount < 0 else "NPC_SELL")
        goods = deal.taken if row.amount < 0 else deal.given
        if single and goods:
            [(told.zeny_change.item_id, pieces)] = goods.items()
            told.zeny_change.amount = min(pieces, MOST_PIECES)
        events.append(told)
    return events
