"""Clues: what is true of one map and of no other.

Which of a map's features tell it from all others is found as words for things are: the feature
that rules out most of what is left, again and again, until nothing else is left (Dale, Cooking up
referring expressions, ACL 1989; Dale and Reiter, Computational interpretations of the Gricean
maxims, Cognitive Science 19, 1995), and none that turns out not to be needed. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

Sort = Literal["lives", "npc", "shop", "land", "most"]
PREFERRED: Sequence[Sort] = ("lives", "npc", "shop", "land", "most")
"""Of features that rule out as many."""
PLAIN: Sort = "most"
"""True of one map for each monster: it would always do, and is taken where nothing else does."""
MOST = 3
"""Features of one clue; a map that needs more is no place of a hunt."""


class Feature(NamedTuple):
    sort: Sort
    name: str


Clue = tuple[Feature, ...]
Features = Mapping[str, frozenset[Feature]]
"""Map -> what is true of it."""


def clue(map_name: str, maps: Features) -> Clue:
    """Empty if nothing tells the map from the others in MOST features."""
    mine = maps[map_name]
    rich = frozenset(one for one in mine if one.sort != PLAIN)
    return _told(map_name, rich, maps) or _told(map_name, mine, maps)


def _told(map_name: str, mine: frozenset[Feature], maps: Features) -> Clue:
    chosen: list[Feature] = []
    left = {name for name in maps if name != map_name}
    while left and len(chosen) < MOST:
        fresh = mine - set(chosen)
        best = max(
            sorted(fresh, key=_rank), key=lambda one: _rules_out(one, left, maps), default=None
        )
        if best is None or not _rules_out(best, left, maps):
            return ()
        chosen.append(best)
        left = {name for name in left if best in maps[name]}
    if left or not chosen:
        return ()
    return tuple(sorted(_needed(chosen, map_name, maps), key=_rank))


def _rank(one: Feature) -> tuple[int, str]:
    return PREFERRED.index(one.sort), one.name


def _rules_out(one: Feature, left: Iterable[str], maps: Features) -> int:
    return sum(one not in maps[name] for name in left)


def _needed(chosen: list[Feature], map_name: str, maps: Features) -> list[Feature]:
    kept = list(chosen)
    for one in chosen:
        rest = [other for other in kept if other != one]
        if rest and solutions(rest, maps) == [map_name]:
            kept = rest
    return kept


def solutions(told: Iterable[Feature], maps: Features) -> list[str]:
    """Every map of which all of it is true."""
    wanted = set(told)
    return sorted(name for name, of in maps.items() if wanted <= of)
