"""What of the server a dungeon could be made of: maps, monsters, a boss, for a party."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import F, Max, Sum

from world.bosses import people, rating
from world.bosses.people import Fighter
from world.dungeons.filling import ABOVE, BELOW, BOSS_ABOVE, Party
from world.gamedata.places import LEVEL
from world.happenings import neighbours
from world.hazards import risks
from world.models import GameMonster, GameSpawn
from world.weather.climates import group_of

MOST_MAPS, MOST_MONSTERS, MOST_BOSSES = 12, 40, 5
SLACK = 4
"""Levels beyond the curve's, so that there is a choice."""
MOST_MOVED = 10
"""Levels by which a party's record against bosses moves what it is given."""
OPEN_AIR = 15
"""Levels that a map under the sky may be further off and still be no better than a cave."""


def party(fighters: Sequence[Fighter]) -> Party:
    """As strong as its levels, and as its record against bosses says."""
    if not fighters:
        return Party(level=1, members=1)
    level = people.level(fighters)
    proven = sum(each.rated.rating for each in fighters) / len(fighters)
    moved = (proven - rating.of_level(level).rating) / rating.OF_LEVEL
    moved = min(max(round(moved), -MOST_MOVED), MOST_MOVED)
    return Party(level=max(level + moved, 1), members=len(fighters))


def maps(level: int) -> list[str]:
    """Where nothing else goes on and monsters live, caves first, those of the nearest level."""
    rows = (
        GameSpawn.objects.filter(monster__is_mvp=False)
        .values("map_id", "map__flags")
        .annotate(strength=Sum(LEVEL * F("amount")), highest=Max(LEVEL), number=Sum("amount"))
    )
    taken = neighbours.occupied()
    found = [
        (abs(row["strength"] / row["number"] - level) + OPEN_AIR * bool(group_of(row["map_id"])),
         row["map_id"])
        for row in rows
        if row["number"] and row["map_id"] not in taken and "@" not in row["map_id"]
        and not risks.safe(frozenset(row["map__flags"]), row["highest"])
    ]  # fmt: skip
    return [name for _, name in sorted(found)[:MOST_MAPS]]


def monsters(level: int) -> list[GameMonster]:
    """Ordinary ones that live somewhere, of the levels that the curve asks, else the nearest."""
    living = GameMonster.objects.filter(
        is_mvp=False, rank="Normal", spawns__isnull=False
    ).distinct()
    near = living.filter(level__range=(max(level - BELOW - SLACK, 1), level + ABOVE + SLACK))
    return _nearest(list(near) or list(living), level, MOST_MONSTERS)


def bosses(level: int) -> list[GameMonster]:
    """Stronger than the rest and no MVPs: of the class Boss, else the strongest ordinary ones."""
    fit = GameMonster.objects.filter(is_mvp=False, level__lte=level + BOSS_ABOVE).distinct()
    of_class = list(fit.filter(rank="Boss").order_by("-level", "pk")[:MOST_BOSSES])
    others = fit.filter(rank="Normal", spawns__isnull=False).order_by("-level", "pk")
    found = of_class or list(others[:MOST_BOSSES])
    return _nearest(found, level + BOSS_ABOVE, MOST_BOSSES) or monsters(level)[:1]


def _nearest(rows: list[GameMonster], level: int, most: int) -> list[GameMonster]:
    ordered = sorted(rows, key=lambda row: (abs(row.level - level), row.pk))
    return ordered[:most]
