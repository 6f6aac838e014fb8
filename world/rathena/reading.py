"""All of a server's own data."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from aiworld.errors import Invalid
from world.rathena.items import Items
from world.rathena.maps import read_maps
from world.rathena.monsters import Monsters
from world.rathena.others import Jobs, Quests, Skills
from world.rathena.records import Drop, Found, Mode, Record
from world.rathena.scripts import Scripts
from world.rathena.yamldb import Database, Tree

RENEWAL_SWITCH = "src/config/renewal.hpp"
_PRE_RENEWAL = re.compile(r"^\s*#\s*define\s+PRERE\b", re.MULTILINE)
ITEM_DB = "db/item_db.yml"
Progress = Callable[[str, int, int], None]
"""What is being read, how much of it, of how much (0: not known)."""


class Reader(Protocol):
    def take(self, record: Record) -> None: ...

    def clear(self) -> None: ...


def compiled_mode(root: Path) -> Mode | None:
    """As the server's sources say; None where they are not there."""
    switch = root / RENEWAL_SWITCH
    if not switch.is_file():
        return None
    return "pre-re" if _PRE_RENEWAL.search(switch.read_text(encoding="latin-1")) else "re"


def read(root: Path, mode: Mode, *, progress: Progress = lambda *_: None) -> Found:
    """Reads the folder of a server, or its `db` folder alone. What is wrong is an issue of the
    answer; raises Invalid only where there is no database at all."""
    tree = Tree(root, mode)
    if tree.find(ITEM_DB) is None:
        raise Invalid(f"{root} has no {ITEM_DB}: is it the folder of a rAthena server?")
    found = Found(mode)
    items = Items()
    monsters = Monsters(items, found.issues.append)
    skills, jobs, quests = Skills(), Jobs(), Quests(items, monsters)
    databases: tuple[tuple[str, str, Reader], ...] = (
        (ITEM_DB, "ITEM_DB", items),
        ("db/mob_db.yml", "MOB_DB", monsters),
        ("db/skill_db.yml", "SKILL_DB", skills),
        ("db/quest_db.yml", "QUEST_DB", quests),
        ("db/job_stats.yml", "JOB_STATS", jobs),
    )
    for done, (path, kind, reader) in enumerate(databases):
        progress(path, done, len(databases))
        database = Database(kind, reader.take, reader.clear, found.issues.append)
        tree.load(path, database)
        found.broken += database.broken
    items.finish()
    found.items, found.monsters = items.found, monsters.found
    found.skills, found.quests, found.jobs = skills.found, quests.found, jobs.found
    _drop_what_never_falls(found)
    progress("maps", 0, 0)
    found.maps = read_maps(tree, found.issues.append)
    scripts = Scripts(found, monsters.by_aegis_name)
    scripts.read(tree, lambda done, total: progress("scripts", done, total))
    return found


def _drop_what_never_falls(found: Found) -> None:
    """A rate of 0 takes a drop away; an item may be gone since (`Clear`)."""

    def falls(drop: Drop) -> bool:
        return drop.rate > 0 and drop.item in found.items

    for monster in found.monsters.values():
        monster.drops = tuple(filter(falls, monster.drops))
        monster.mvp_drops = tuple(filter(falls, monster.mvp_drops))
