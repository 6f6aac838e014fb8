"""What is made of what, and what dearer materials add to a product's price."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from npcs.lexicon import read_yaml
from world.models import GameItem

Recipes = Mapping[int, Mapping[int, int]]
"""Item id -> what one piece is made of: item id -> pieces."""


@cache
def _named() -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = read_yaml("world.market", "recipes.yaml")
    return found


def recipes() -> Recipes:
    """Those of which the server has every item."""
    names = {*_named(), *(each for made_of in _named().values() for each in made_of)}
    known = GameItem.objects.filter(aegis_name__in=names)
    ids = dict(known.values_list("aegis_name", "pk"))
    return {
        ids[product]: {ids[each]: pieces for each, pieces in made_of.items()}
        for product, made_of in _named().items()
        if product in ids and all(each in ids for each in made_of)
    }


def materials(known: Recipes) -> frozenset[int]:
    return frozenset(each for made_of in known.values() for each in made_of)


def passed_on(
    known: Recipes, usual: Mapping[int, int], factors: Mapping[int, float]
) -> dict[int, float]:
    """Product -> the share by which its price rises with its materials', which may be products
    themselves: the price model of input-output analysis, p = A p + v (Leontief, The Structure of
    American Economy, 1941), solved along the chain. `usual` prices in zeny, `factors` of them; what
    is in neither is as usual. A material is no larger a part of the price than the whole."""
    found: dict[int, float] = {}

    def moved(item: int, seen: frozenset[int]) -> float:
        if item not in known or item in seen:
            return factors.get(item, 1.0) - 1
        if item not in found:
            parts = known[item]
            cost = sum(pieces * usual.get(each, 0) for each, pieces in parts.items())
            whole = max(usual.get(item, 0), cost)
            below = seen | {item}
            found[item] = sum(
                pieces * usual.get(each, 0) / whole * moved(each, below)
                for each, pieces in parts.items()
                if whole
            )
        return found[item] + factors.get(item, 1.0) - 1

    for product in known:
        moved(product, frozenset())
    return found
