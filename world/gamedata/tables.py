"""Which rows of which tables what was read becomes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.db import models

from world.models import (
    GameDrop,
    GameItem,
    GameJob,
    GameMap,
    GameMonster,
    GameOffer,
    GameQuest,
    GameSkill,
    GameSpawn,
)
from world.rathena.records import Found

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Table:
    model: type[models.Model]
    key: tuple[str, ...]
    """Columns that tell a row from another."""
    columns: tuple[str, ...]
    rows: Callable[[Found], Iterable[Row]]
    """In the order of `columns`."""


def _table(
    model: type[models.Model],
    key: str,
    columns: str,
    records: Callable[[Found], Iterable[Any]],
) -> Table:
    """Of records whose attributes are called as the columns."""
    names = tuple(columns.split())
    values = attrgetter(*names)

    def rows(found: Found) -> Iterator[Row]:
        for record in records(found):
            yield tuple(list(v) if isinstance(v, tuple) else v for v in values(record))

    return Table(model, tuple(key.split()), names, rows)


def _drops(found: Found) -> Iterator[Row]:
    for monster in found.monsters.values():
        for prize, drops in ((False, monster.drops), (True, monster.mvp_drops)):
            for position, drop in enumerate(drops):
                yield monster.id, drop.item, position, prize, drop.rate, drop.steal_protected


TABLES = (
    _table(
        GameItem,
        "id",
        "id aegis_name name kind subtype buy sell weight attack defense slots level_min level_max"
        " locations jobs restrictions",
        lambda found: found.items.values(),
    ),
    _table(
        GameMonster,
        "id",
        "id aegis_name name level hp base_exp job_exp size race element element_level rank is_mvp"
        " modes",
        lambda found: found.monsters.values(),
    ),
    Table(
        GameDrop,
        ("monster_id", "is_mvp_prize", "position"),
        ("monster_id", "item_id", "position", "is_mvp_prize", "rate", "steal_protected"),
        _drops,
    ),
    _table(
        GameMap,
        "name",
        "name width height x y walkable cells flags",
        lambda found: found.maps.values(),
    ),
    _table(
        GameSpawn,
        "source",
        "map_id monster_id amount x y x_span y_span respawn_ms variance_ms level source",
        lambda found: found.spawns,
    ),
    _table(
        GameOffer,
        "source item_id",
        "map_id x y shop item_id price source",
        lambda found: found.offers,
    ),
    _table(
        GameSkill,
        "id",
        "id aegis_name name max_level kind target",
        lambda found: found.skills.values(),
    ),
    _table(
        GameQuest,
        "id",
        "id title time_limit targets drops",
        lambda found: found.quests.values(),
    ),
    _table(
        GameJob,
        "name",
        "name max_base_level max_job_level max_weight",
        lambda found: found.jobs.values(),
    ),
)
