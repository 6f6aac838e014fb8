"""A small realm: a town, fields and caves, with monsters of rising levels."""

from __future__ import annotations

import zlib
from datetime import timedelta

from django.utils import timezone

from world.models import (
    ActivityHour,
    GameImport,
    GameMap,
    GameMonster,
    GameSpawn,
    PlayerProfile,
)
from world.reports.batches import Batch
from world.reports.events import GameEvent, Kind

TOWN, FIELD, WOODS, CAVE, CRYPT, ARENA = (
    "prontera", "prt_fild08", "pay_fild01", "pay_dun00", "pay_dun01", "pvp_y_1-1",
)  # fmt: skip
MAPS = {TOWN: ["town"], FIELD: [], WOODS: [], CAVE: [], CRYPT: [], ARENA: ["pvp"], "gef_fild01": []}
SLIME, RABBIT, WOLF, SKELETON, GHOUL, OGRE, KING = range(1001, 1008)
MONSTERS = {
    SLIME: ("Slime", 3, "Plant", "Normal", False),
    RABBIT: ("Rabbit", 8, "Brute", "Normal", False),
    WOLF: ("Wolf", 25, "Brute", "Normal", False),
    SKELETON: ("Skeleton", 30, "Undead", "Normal", False),
    GHOUL: ("Ghoul", 38, "Undead", "Normal", False),
    OGRE: ("Ogre", 42, "DemiHuman", "Boss", False),
    KING: ("Old King", 60, "Undead", "Boss", True),
}
LIVE = {
    FIELD: {SLIME: 40, RABBIT: 20},
    WOODS: {WOLF: 30, RABBIT: 5},
    CAVE: {SKELETON: 30},
    CRYPT: {GHOUL: 20, SKELETON: 10, KING: 1},
    ARENA: {WOLF: 3},
    "gef_fild01": {OGRE: 2, WOLF: 10},
}
SIDE = 40


def make_realm():
    """All of SIDE x SIDE cells, each of them walkable."""
    cells = zlib.compress(b"\xff" * (SIDE * SIDE // 8))
    for name, flags in MAPS.items():
        GameMap.objects.create(
            name=name, width=SIDE, height=SIDE, walkable=SIDE * SIDE, cells=cells,
            flags=dict.fromkeys(flags, ""),
        )  # fmt: skip
    for pk, (name, level, race, rank, is_mvp) in MONSTERS.items():
        GameMonster.objects.create(
            id=pk, aegis_name=name.upper(), name=name, level=level, race=race, rank=rank,
            is_mvp=is_mvp, size="Medium", element="Neutral",
        )  # fmt: skip
    for map_name, living in LIVE.items():
        for pk, amount in living.items():
            GameSpawn.objects.create(
                map_id=map_name, monster_id=pk, amount=amount, source=f"{map_name}:{pk}"
            )
    GameImport.objects.create(mode="re", seconds=1.0)


def make_player(char_id=1, level=30, map_name=WOODS, **fields):
    now = timezone.now()
    return PlayerProfile.objects.create(
        **{"char_id": char_id, "name": f"P{char_id}", "base_level": level, "map_name": map_name,
           "online_since": now, "last_seen_at": now} | fields
    )  # fmt: skip


def busy(map_name=WOODS, number=300, kind="kill"):
    hour = timezone.now() - timedelta(hours=1)
    ActivityHour.objects.create(hour=hour, kind=kind, map_name=map_name, number=number)


def happened(kind, char_id=1, *, at=None, map_name=WOODS, target_id=0, digest=""):
    at = at or timezone.now()
    return GameEvent(
        digest=digest or f"{char_id}{kind}{map_name}{at.isoformat()}", kind=Kind(kind), at=at,
        char_id=char_id, name="", map_name=map_name, x=1, y=1, target_id=target_id,
    )  # fmt: skip


def batch(*events):
    return Batch(sorted(events, key=lambda one: one.at), timezone.now())
