"""What a shop asks for its goods, by supply and demand.

Demand and supply of constant elasticity, Q = A P^-e and Q = B P^h, meet where
P = (A / B)^(1 / (e + h)) (Varian, Intermediate Microeconomics, chapter 16). So a price moves by how
much demand (A) and supply (B) stand out from what is usual. What was sold was sold at the price of
then, so the demand behind it is A = Q P^e."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from world.gamedata.goods import DISCOUNT, OVERCHARGE

MOST = 0.5
"""Share of its usual price by which one moves at most, either way."""
STEP = 0.15
"""And by which it moves at one look, so that nobody wins by waiting at the shop."""
FEW = 20.0
"""Pieces added to every count: a handful of sales moves nothing."""
SUPPLY = 1.0
"""Elasticity of supply."""
ELASTICITY: Mapping[str, float] = {
    "Healing": 0.5, "Usable": 0.6, "DelayConsume": 0.6, "Ammo": 0.5, "Etc": 1.0, "Weapon": 1.5,
    "Armor": 1.5, "Shadowgear": 1.5, "Card": 2.0,
}  # fmt: skip
"""Of demand, by kind of item: who needs it buys it dear (for food 0.3-0.8: Andreyeva, Long and
Brownell, 2010), who can wait waits."""
OTHERS = 1.0
Mood = Literal["glum", "slow", "calm", "brisk", "booming"]
MOODS: tuple[Mood, ...] = get_args(Mood)
LEANS: Mapping[Mood, float] = {
    "glum": -0.05, "slow": -0.025, "calm": 0.0, "brisk": 0.025, "booming": 0.05,
}  # fmt: skip
"""By how much the mood of a market moves all its prices."""
STRONG, SLIGHT = 0.2, 0.05
"""Mean of the goods' pull from which a market is booming or glum, brisk or slow."""


@dataclass(frozen=True, kw_only=True)
class Goods:
    """One item of a shop, with what is known of its market."""

    base: int
    """Zeny the shop's own script asks."""
    sell: int
    """Zeny a shop pays for a piece, before overcharging."""
    kind: str
    demand: float = 0.0
    """Pieces bought in the window."""
    demand_before: float = 0.0
    """In the window before."""
    supply: float = 0.0
    """Pieces that came to market in it."""
    supply_before: float = 0.0
    factor: float = 1.0
    """What it is sold at now, as a multiple of `base`."""
    material: bool = False
    """Whether something that shops buy is made of it."""


def pull(goods: Goods) -> float:
    """The logarithm of where demand and supply want the price, as a multiple of the usual one."""
    elastic = ELASTICITY.get(goods.kind, OTHERS)
    demand = math.log((goods.demand + FEW) / (goods.demand_before + FEW))
    # Who buys although it is dear wants it more.
    demand += elastic * math.log(goods.factor) if goods.demand else 0.0
    supply = math.log((goods.supply + FEW) / (goods.supply_before + FEW))
    return (demand - supply) / (elastic + SUPPLY)


def wanted(goods: Goods, *, lean: float = 0.0) -> float:
    """Where the market wants the price, as a multiple of the usual one, within MOST of it. `lean`:
    of the market's mood (LEANS)."""
    return min(max(math.exp(pull(goods)) * (1 + lean), 1 - MOST), 1 + MOST)


def price(goods: Goods, *, lean: float = 0.0, passed_on: float = 0.0) -> int:
    """Zeny. `passed_on`: what dearer materials add, as a share of the usual price.

    Within MOST of the usual price, not further than STEP from what it is sold at now, and never
    where carrying things to and fro pays: see `floor`."""
    wished = wanted(goods, lean=lean) + passed_on
    wished = min(max(wished, goods.factor - STEP), goods.factor + STEP)
    return min(max(round(goods.base * wished), floor(goods)), math.floor(goods.base * (1 + MOST)))


def floor(goods: Goods) -> int:
    """Zeny below which it would be bought with the best discount and sold with the best overcharge
    at a profit; the usual price where that is lower already, which is the owner's own. What things
    are made of is never cheaper than usual, or the maker would be the one who carries."""
    if goods.material:
        return goods.base
    paid = goods.sell * (100 + OVERCHARGE) // 100
    least = -(-paid * 100 // (100 - DISCOUNT))  # rounded up
    return min(max(least, math.ceil(goods.base * (1 - MOST))), goods.base)


def mood(pulls: list[float]) -> Mood:
    """Of a market, from the pulls of its goods."""
    mean = sum(pulls) / len(pulls) if pulls else 0.0
    if abs(mean) < SLIGHT:
        return "calm"
    if mean > 0:
        return "booming" if mean >= STRONG else "brisk"
    return "glum" if mean <= -STRONG else "slow"
