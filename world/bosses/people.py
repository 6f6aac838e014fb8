"""Who would fight: a party that is named, or those who are on a map."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from world.bosses import rating
from world.bosses.rating import Rated
from world.models import BossRating, GameMap, PlayerProfile

MOST = 12
"""rAthena's largest party."""
LATELY = timedelta(minutes=30)
MOST_MAPS = 50


@dataclass(frozen=True, kw_only=True)
class Fighter:
    char_id: int
    level: int
    rated: Rated


def party(told: Mapping[int, int]) -> list[Fighter]:
    """Character id -> level; 0: as it was reported last."""
    known = PlayerProfile.objects.in_bulk(list(told))
    levels = {
        char_id: level or (known[char_id].base_level if char_id in known else 1)
        for char_id, level in told.items()
    }
    ratings = of_players(levels)
    return [
        Fighter(char_id=one, level=level, rated=ratings[one])
        for one, level in sorted(levels.items())[:MOST]
    ]


def there(map_name: str) -> list[Fighter]:
    """Who is online on a map."""
    rows = _online().filter(map_name=map_name).order_by("-last_seen_at", "char_id")
    return party(dict(rows.values_list("char_id", "base_level")[:MOST]))


def busiest() -> list[str]:
    """Maps by how many are online there: no instances, and known to the server's database."""
    rows = (
        _online()
        .exclude(Q(map_name="") | Q(map_name__contains="@"))
        .values("map_name")
        .annotate(number=Count("pk"))
    )
    names = [row["map_name"] for row in rows.order_by("-number", "map_name")[:MOST_MAPS]]
    known = set(GameMap.objects.filter(pk__in=names).values_list("pk", flat=True))
    return [name for name in names if name in known]


def around() -> list[Fighter]:
    """Of those who are online anywhere the latest ones."""
    rows = _online().order_by("-last_seen_at", "char_id")
    return party(dict(rows.values_list("char_id", "base_level")[:MOST]))


def _online() -> QuerySet[PlayerProfile]:
    since = timezone.now() - LATELY
    return PlayerProfile.objects.filter(online_since__isnull=False, last_seen_at__gt=since)


def of_players(levels: Mapping[int, int]) -> dict[int, Rated]:
    rows = BossRating.objects.filter(char_id__in=list(levels))
    known = {row.char_id: Rated(rating=row.rating, fights=row.fights) for row in rows}
    return {one: known.get(one) or rating.of_level(level) for one, level in levels.items()}


def of_monsters(levels: Mapping[int, int]) -> dict[int, Rated]:
    rows = BossRating.objects.filter(monster_id__in=list(levels))
    known = {row.monster_id: Rated(rating=row.rating, fights=row.fights) for row in rows}
    return {one: known.get(one) or rating.of_level(level) for one, level in levels.items()}


def level(fighters: Iterable[Fighter]) -> int:
    """Their mean; 1 for nobody."""
    levels = [each.level for each in fighters]
    return max(round(sum(levels) / len(levels)), 1) if levels else 1
