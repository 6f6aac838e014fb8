"""The server's maps as hunts see them: what is true of each, and which can be places of a hunt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from random import Random

from django.db.models import Max, Sum
from django.utils import timezone

from npcs.models import NpcPersonality
from npcs.pages import encodable
from tenants.context import tenant
from world.gamedata.places import LEVEL
from world.hazards.risks import UNSAFE_FOR_US
from world.models import ActivityHour, GameMap, GameOffer, GameSpawn
from world.treasure import clues
from world.treasure.clues import Clue, Feature, Features
from world.weather.climates import group_of

MOST = 12
"""Places that are offered to whoever decides."""
TRIED = 60
"""Maps for which a clue is looked for."""
ABOVE, GUARDIAN_ABOVE = 8, 3
"""Levels above the hunters' that monsters of a place, and the guardian, may be."""
VISITED = timedelta(days=30)
ARENAS = frozenset(UNSAFE_FOR_US) - {"town"}


@dataclass(frozen=True, kw_only=True)
class Guardian:
    monster_id: int
    name: str
    level: int


@dataclass(frozen=True, kw_only=True)
class Place:
    map_name: str
    clue: Clue
    guardians: tuple[Guardian, ...]
    """The strongest first; none where nobody fits."""


def features() -> Features:
    """Of every map the server has."""
    found: dict[str, set[Feature]] = {
        name: {Feature("land", group_of(name))}
        for name in GameMap.objects.values_list("pk", flat=True)
    }
    spawns = GameSpawn.objects.values_list("map_id", "monster__name").distinct()
    offers = GameOffer.objects.values_list("map_id", "shop").distinct()
    people = NpcPersonality.objects.exclude(map_name="").values_list("map_name", "name")
    for sort, rows in (("lives", spawns), ("shop", offers), ("npc", people.distinct())):
        for map_name, name in rows:
            if map_name in found and _telling(name):
                found[map_name].add(Feature(sort, name))  # type: ignore[arg-type]
    for name, map_name in _homes().items():
        if map_name in found and _telling(name):
            found[map_name].add(Feature("most", name))
    return {name: frozenset(of) for name, of in found.items()}


def _homes() -> dict[str, str]:
    """What a monster is called -> the one map where most of them live, if there is one."""
    rows = GameSpawn.objects.values_list("monster__name", "map_id").annotate(number=Sum("amount"))
    first: dict[str, tuple[str, int]] = {}
    tied: set[str] = set()
    for name, map_name, number in rows.order_by("-number", "map_id"):
        best = first.setdefault(name, (map_name, number))
        if best[0] != map_name and best[1] == number:
            tied.add(name)
    return {name: where for name, (where, _) in first.items() if name not in tied}


def _telling(name: str) -> bool:
    """Whether players can read it."""
    written = name.strip()
    return bool(written) and encodable(written, tenant().code_page) == written


def places(level: int, *, seed: str) -> list[Place]:
    """Some of the maps that hunters of a level can go to and that a clue tells from all others. The
    same for the same seed."""
    known = features()
    fit = _open(level)
    visited = _visited() & set(fit)
    wanted = sorted(visited if len(visited) >= MOST else fit)
    random = Random(seed)  # noqa: S311  # nosec B311: no secret
    found: list[Place] = []
    for name in random.sample(wanted, min(len(wanted), TRIED)):
        if told := clues.clue(name, known):
            found.append(
                Place(map_name=name, clue=told, guardians=_guardians(name, level, fit[name]))
            )
        if len(found) == MOST:
            break
    return found


def _open(level: int) -> dict[str, frozenset[str]]:
    """Map -> its flags: no arenas, no instances, nobody too strong."""
    highest = dict(
        GameSpawn.objects.values_list("map_id").annotate(top=Max(LEVEL)).order_by("map_id")
    )
    return {
        name: frozenset(flags)
        for name, flags in GameMap.objects.values_list("pk", "flags")
        if "@" not in name and ARENAS.isdisjoint(flags) and highest.get(name, 0) <= level + ABOVE
    }


def _visited() -> set[str]:
    """Where somebody was: one can get there."""
    lately = ActivityHour.objects.filter(hour__gt=timezone.now() - VISITED)
    return set(lately.order_by().values_list("map_name", flat=True).distinct())


def _guardians(name: str, level: int, flags: frozenset[str]) -> tuple[Guardian, ...]:
    if "town" in flags:
        return ()
    rows = (
        GameSpawn.objects.filter(map_id=name, monster__is_mvp=False)
        .values("monster_id", "monster__name").annotate(top=Max(LEVEL))
        .filter(top__lte=level + GUARDIAN_ABOVE).order_by("-top", "monster_id")
    )  # fmt: skip
    fit = [row for row in rows if _telling(row["monster__name"])]
    return tuple(
        Guardian(monster_id=row["monster_id"], name=row["monster__name"], level=row["top"])
        for row in fit[:3]
    )
