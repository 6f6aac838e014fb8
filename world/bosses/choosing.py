"""Which monster could be a mini-boss on a map, and how strong for whom."""

from __future__ import annotations

import math
from collections.abc import Sequence

from aiworld.errors import Invalid
from world import gamedata
from world.bosses import people, rating
from world.bosses.people import Fighter
from world.bosses.rating import Match
from world.models import BossFight, BossFighter, GameMonster, GameSpawn

LEVELS = 12
"""That a boss may be above or below the players."""
MOST = 60
"""Monsters that are compared, those of the nearest levels."""
LOOKED_AT = 20
"""Fights of late that correct the next."""
CORRECTS = 12.0
"""Points of rating for each fight that was won more than lost, or the other way."""
COMES = 0.5
"""Share of the expected who come, before anything is known."""
PRIOR = 10
"""How many seen to come or not that is worth."""


def candidates(map_name: str, fighters: Sequence[Fighter], *, monster_id: int = 0) -> list[Match]:
    """The best first. Raises Invalid for a monster that is none of the server's, is an MVP, or
    lives on the map: its fall could not be told from another's."""
    monsters = _asked(map_name, monster_id) if monster_id else _near(map_name, fighters)
    rated = people.of_monsters({one.pk: one.level for one in monsters})
    together = rating.team([each.rated.rating for each in fighters])
    return rating.match(together + correction(len(fighters)), rated)


def correction(expected: int) -> float:
    """Points on a party's rating: for those who will not come, and for what was wrong of late.
    0 for a party that comes alone and has won as often as lost."""
    latest = list(
        BossFight.objects.filter(status__in=("won", "lost"))
        .order_by("-ended_at").values_list("status", "pk")[:LOOKED_AT]
    )  # fmt: skip
    results = [status == BossFight.Status.WON for status, _ in latest]
    come = list(
        BossFighter.objects.filter(fight__in=[pk for _, pk in latest]).values_list(
            "came", flat=True
        )
    )
    return corrected(results, come, expected)


def corrected(results: Sequence[bool], come: Sequence[bool], expected: int) -> float:
    """Pure: a step up or down for each win above or below a half (Dixon and Mood, A method for
    obtaining and analyzing sensitivity data, 1948), and the strength that those who stay away take
    with them, strengths being sums."""
    lead = CORRECTS * (2 * sum(results) - len(results))
    share = (sum(come) + PRIOR * COMES) / (len(come) + PRIOR)
    share = min(max(share, 1 / max(expected, 1)), 1.0)
    return lead + rating.SCALE * math.log10(share)


def _asked(map_name: str, monster_id: int) -> list[GameMonster]:
    monster = gamedata.monster(monster_id)
    if monster.is_mvp:
        raise Invalid(f"{monster.name} is an MVP, no mini-boss", field="monster_id")
    if GameSpawn.objects.filter(map_id=map_name, monster_id=monster_id).exists():
        raise Invalid(f"{monster.name} lives on {map_name} anyway", field="monster_id")
    return [monster]


def _near(map_name: str, fighters: Sequence[Fighter]) -> list[GameMonster]:
    middle = people.level(fighters)
    rows = GameMonster.objects.filter(
        is_mvp=False, rank__in=("Normal", "Boss"), spawns__isnull=False,
        level__range=(max(middle - LEVELS, 1), middle + LEVELS),
    )  # fmt: skip
    rows = rows.exclude(pk__in=GameSpawn.objects.filter(map_id=map_name).values("monster_id"))
    found = list(rows.distinct())
    return sorted(found, key=lambda one: (abs(one.level - middle), one.pk))[:MOST]
