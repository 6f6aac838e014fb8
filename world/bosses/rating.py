"""How strong players and monsters are, on one scale, from who beat whom.

Elo (The Rating of Chessplayers, 1978): 400 points more are ten times the chance. A party is as
strong as its members' strengths together (Huang, Lin and Weng, Ranking individuals by group
comparisons, J. Mach. Learn. Res. 9, 2008). Monsters are rated like players, as exercises are in
Klinkenberg, Straatemeier and van der Maas (Computer adaptive practice of maths ability, Computers &
Education 57, 2011), and the next is chosen for an even chance. Each fight moves ratings towards
what happened, so whatever was wrong with the first guess, wins settle at the chance that was aimed
at (Robbins and Monro, A stochastic approximation method, 1951). Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SCALE = 400.0
LOWEST, HIGHEST = 0.0, 5_000.0
OF_LEVEL = 8.0
"""Points of a level, before anybody has fought."""
BASE = 1_000.0
NEW, SETTLED = 40.0, 20.0
"""Points that a fight moves at most: of who has fought fewer than NEW_UNTIL times, and later; as
FIDE has it."""
NEW_UNTIL = 30
DOUBLE = 2.0
"""A monster with twice the HP and twice the attack is four times as strong: 10^(2 log10 2)."""
WEAKEST, STRONGEST = 40, 400
"""Percent of a monster's HP and attack."""


@dataclass(frozen=True, kw_only=True)
class Rated:
    rating: float
    fights: int = 0


@dataclass(frozen=True, kw_only=True)
class Match:
    monster_id: int
    percent: int
    """HP and attack of the monster's own."""
    rating: float
    """Of the monster with them."""
    win_chance: float
    """Of the party, 0-1."""


def of_level(level: int) -> Rated:
    return Rated(rating=BASE + OF_LEVEL * level)


def team(ratings: Sequence[float]) -> float:
    """Of at least one."""
    best = max(ratings)
    return best + SCALE * math.log10(sum(10 ** ((each - best) / SCALE) for each in ratings))


def win_chance(party: float, boss: float) -> float:
    return float(1 / (1 + 10 ** ((boss - party) / SCALE)))


def match(party: float, monsters: Mapping[int, Rated]) -> list[Match]:
    """Each monster as strong as makes an even fight, those first that need the least change; of
    equals the lowest id."""
    found = []
    for monster_id, rated in monsters.items():
        wanted = 100 * 10 ** ((party - rated.rating) / (DOUBLE * SCALE))
        percent = round(min(max(wanted, WEAKEST), STRONGEST))
        boss = with_percent(rated.rating, percent)
        found.append(
            Match(
                monster_id=monster_id, percent=percent, rating=boss,
                win_chance=round(win_chance(party, boss), 4),
            )
        )  # fmt: skip
    return sorted(found, key=lambda one: (_change(one, party), one.monster_id))


def _change(one: Match, party: float) -> tuple[float, float]:
    """How far from an even fight, then how far from the monster as it is."""
    return round(abs(one.rating - party) / 20), abs(math.log(one.percent / 100))


def with_percent(rating: float, percent: int) -> float:
    return rating + DOUBLE * SCALE * math.log10(percent / 100)


def after(
    party: Sequence[Rated], monster: Rated, *, percent: int, won: bool
) -> tuple[list[Rated], Rated]:
    """Party and monster after a fight. Each member moves by its share of the party's strength, so
    that the strong are not judged by those they carried."""
    ratings = [each.rating for each in party]
    together = team(ratings)
    surprise = float(won) - win_chance(together, with_percent(monster.rating, percent))
    shares = [10 ** ((each - together) / SCALE) for each in ratings]
    moved = [
        _moved(each, step(each) * surprise * share * len(party))
        for each, share in zip(party, shares, strict=True)
    ]
    return moved, _moved(monster, -step(monster) * surprise)


def step(rated: Rated) -> float:
    return NEW if rated.fights < NEW_UNTIL else SETTLED


def _moved(rated: Rated, by: float) -> Rated:
    bounded = min(max(by, -2 * NEW), 2 * NEW)
    rating = min(max(rated.rating + bounded, LOWEST), HIGHEST)
    return Rated(rating=rating, fights=rated.fights + 1)
