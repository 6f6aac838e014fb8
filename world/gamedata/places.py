"""Maps, and who lives there."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F, Max, Min, QuerySet, Sum
from django.db.models.functions import Coalesce

from world.gamedata.state import unknown
from world.models import GameMap, GameSpawn

LEVEL = Coalesce("level", F("monster__level"))


def map_exists(name: str) -> bool:
    return GameMap.objects.filter(pk=name).exists()


def game_map(name: str, *, field: str = "map_name") -> GameMap:
    """Without its cells (see `cells`). Raises Invalid if the server has no such map."""
    found = GameMap.objects.defer("cells").filter(pk=name).first()
    if found is None:
        raise unknown(f"map {name[:24]!r}", field=field)
    return found


@dataclass(frozen=True)
class Resident:
    """A kind of monster on a map."""

    map_name: str
    monster_id: int
    name: str
    level: int
    amount: int
    """How many at once."""
    is_mvp: bool


def homes(monster_id: int) -> list[Resident]:
    """The maps where a monster lives, the most of them first."""
    return _residents(GameSpawn.objects.filter(monster_id=monster_id))


def residents(map_name: str) -> list[Resident]:
    """Who lives on a map, the most of them first."""
    return _residents(GameSpawn.objects.filter(map_id=map_name))


def _residents(spawns: QuerySet[GameSpawn]) -> list[Resident]:
    rows = (
        spawns.values("map_id", "monster_id", "monster__name", "monster__is_mvp")
        .annotate(amounts=Sum("amount"), lowest=Min(LEVEL))
        .order_by("-amounts", "map_id", "monster_id")
    )
    return [
        Resident(
            map_name=row["map_id"],
            monster_id=row["monster_id"],
            name=row["monster__name"],
            level=row["lowest"],
            amount=row["amounts"],
            is_mvp=row["monster__is_mvp"],
        )
        for row in rows
    ]


@dataclass(frozen=True)
class Levels:
    """Of the monsters of a map, MVPs left out."""

    lowest: int
    highest: int
    monsters: int
    """How many live there at once."""


def levels(map_name: str) -> Levels | None:
    """None if no monster lives there. Raises Invalid if the server has no such map."""
    game_map(map_name)
    found = GameSpawn.objects.filter(map_id=map_name, monster__is_mvp=False).aggregate(
        lowest=Min(LEVEL), highest=Max(LEVEL), monsters=Sum("amount")
    )
    if found["lowest"] is None:
        return None
    return Levels(found["lowest"], found["highest"], found["monsters"])


def maps_for_level(level: int, *, most: int = 5, above: int = 3, below: int = 10) -> list[str]:
    """Maps whose monsters (MVPs left out) are at most `above` levels above, each of them, and
    `below` below, on average (weak plants grow nearly everywhere); the fullest first."""
    rows = (
        GameSpawn.objects.filter(monster__is_mvp=False)
        .values("map_id")
        .annotate(strength=Sum(LEVEL * F("amount")), highest=Max(LEVEL), monsters=Sum("amount"))
        .filter(strength__gte=F("monsters") * (level - below), highest__lte=level + above)
        .order_by("-monsters", "map_id")
    )
    return [row["map_id"] for row in rows[:most]]
