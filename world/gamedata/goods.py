"""Items and monsters, what drops what, and what things cost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from world.gamedata.state import unknown
from world.models import GameDrop, GameItem, GameMonster, GameOffer

MOST = 20
DISCOUNT, OVERCHARGE = 24, 24
"""Best of a merchant's skills, in percent."""


def item(item_id: int, *, field: str = "item_id") -> GameItem:
    """Raises Invalid if the server has no such item; `field` is what the caller calls it."""
    found = GameItem.objects.filter(pk=item_id).first() if 0 < item_id < 2**31 else None
    if found is None:
        raise unknown(f"item {item_id}", field=field)
    return found


def monster(monster_id: int, *, field: str = "monster_id") -> GameMonster:
    """Raises Invalid if the server has no such monster."""
    found = GameMonster.objects.filter(pk=monster_id).first() if 0 < monster_id < 2**31 else None
    if found is None:
        raise unknown(f"monster {monster_id}", field=field)
    return found


def items_named(name: str, *, most: int = MOST) -> list[GameItem]:
    """Items that are called so, whatever the case, the lowest id first; else those whose name
    begins so."""
    rows = GameItem.objects.order_by("pk")
    return list(rows.filter(name__iexact=name)[:most]) or (
        list(rows.filter(name__istartswith=name)[:most]) if name else []
    )


def monsters_named(name: str, *, most: int = MOST) -> list[GameMonster]:
    """As `items_named`. The one that lives somewhere goes before its doubles that do not."""
    rows = GameMonster.objects.order_by("pk")
    found = list(rows.filter(name__iexact=name)[:most]) or (
        list(rows.filter(name__istartswith=name)[:most]) if name else []
    )
    living = set(
        GameMonster.objects.filter(pk__in=[row.pk for row in found], spawns__isnull=False)
        .values_list("pk", flat=True)
        .distinct()
    )
    return sorted(found, key=lambda row: (row.pk not in living, row.pk))


def drops(monster_id: int) -> list[GameDrop]:
    """What a monster drops, the most frequent first; with `item`. Rates are in 10,000, as the
    database has them: the server's own drop rates come on top."""
    rows = GameDrop.objects.filter(monster_id=monster_id).select_related("item")
    return list(rows.order_by("-rate", "position"))


def droppers(item_id: int, *, living: bool = False) -> list[GameDrop]:
    """Who drops an item, the most generous first; with `monster`. `living`: only those that have
    a place to live."""
    rows = GameDrop.objects.filter(item_id=item_id, is_mvp_prize=False).select_related("monster")
    if living:
        rows = rows.filter(monster__spawns__isnull=False).distinct()
    return list(rows.order_by("-rate", "monster_id"))


@dataclass(frozen=True)
class Prices:
    """Zeny, between which a price makes sense: who sells below `lowest` or buys above `highest`
    lets money be made by carrying things to and fro."""

    buy: int
    """What a shop asks."""
    sell: int
    """What a shop pays: half of `buy`, unless the database says otherwise."""

    @property
    def lowest(self) -> int:
        """Nobody may sell for less: a shop pays so much with the best overcharge."""
        return self.sell * (100 + OVERCHARGE) // 100

    @property
    def highest(self) -> int:
        """Nobody may buy for more: a shop asks so little with the best discount. 0: no shop price
        is known."""
        return self.buy * (100 - DISCOUNT) // 100


def prices(item_id: int) -> Prices:
    """Raises Invalid if the server has no such item."""
    found = item(item_id)
    return Prices(found.buy, found.sell)


def offers(item_ids: Iterable[int]) -> list[GameOffer]:
    """Shops that sell these, the cheapest first."""
    return list(GameOffer.objects.filter(item_id__in=list(item_ids)).order_by("price", "pk"))
