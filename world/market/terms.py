"""What a shop asks of one player: its price now, less or more for what the shop's people and the
world think of them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from aiworld.errors import NotFound, SwitchedOff
from npcs.memory import unknown_npc
from npcs.models import NpcPersonality
from npcs.regard import regard
from world import reputation
from world.karma import alignment
from world.market import merchants, pricing
from world.market.pricing import Goods
from world.models import PlayerProfile

BY_TIER: Mapping[str, float] = {
    "hated": 0.20, "hostile": 0.15, "unfriendly": 0.05, "neutral": 0.0, "friendly": -0.03,
    "honored": -0.05, "revered": -0.08, "exalted": -0.10,
}  # fmt: skip
"""Share of the price that is added."""
BY_REGARD = {"cold": 0.05, "plain": 0.0, "warm": -0.02}
"""And for karma alone, by what the shopkeeper thinks of it."""


@dataclass(frozen=True, kw_only=True)
class Quote:
    item_id: int
    price: int
    usual: int


@dataclass(frozen=True, kw_only=True)
class Terms:
    tier: str
    """Of the player with the shop's faction; empty: it is of none."""
    alignment: str
    """Of the player."""
    added: float
    """-0.12..0.25."""
    quotes: tuple[Quote, ...]


def terms(npc_key: str, char_id: int) -> Terms:
    """Of all that an NPC's shop sells. Raises NotFound, SwitchedOff (it is no shop)."""
    npc = NpcPersonality.objects.filter(key=npc_key).first()
    if npc is None:
        raise NotFound(unknown_npc(npc_key), field="npc")
    goods = {
        item: each for (key, item), each in merchants.goods(npc.map_name).items() if key == npc_key
    }
    if not goods:
        raise SwitchedOff(f"{npc_key} sells nothing that is known; run its own script")
    karma = PlayerProfile.objects.filter(char_id=char_id).values_list("karma", flat=True).first()
    named = reputation.tier_with(npc.faction, char_id)
    liked = regard(score=None, karma=karma, alignment=npc.alignment)
    added = round(BY_TIER.get(named, 0.0) + BY_REGARD[liked], 4)
    quotes = (
        Quote(item_id=item, price=asked(each, added), usual=each.base)
        for item, each in sorted(goods.items())
    )
    return Terms(tier=named, alignment=alignment(karma or 0), added=added, quotes=tuple(quotes))


def asked(goods: Goods, added: float) -> int:
    """Zeny, within the bounds that hold for everybody: half of the usual price either way, and
    never where carrying things to and fro pays."""
    wished = round(goods.base * goods.factor * (1 + added))
    return min(max(wished, pricing.floor(goods)), math.floor(goods.base * (1 + pricing.MOST)))
