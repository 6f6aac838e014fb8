"""mob_db: MobDatabase::parseBodyNode and ::parseDropNode of src/map/mob.cpp."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from world.rathena.items import Items
from world.rathena.records import Broken, Drop, Issue, Monster, Record
from world.rathena.scalars import (
    Read,
    entries,
    named,
    patched,
    required,
    text,
    toggled,
    truth,
    whole,
)

BIGGEST = 2**63 - 1
FIELDS: dict[str, tuple[str, Read]] = {
    "AegisName": ("aegis_name", named),
    "Name": ("name", text(100)),
    "Level": ("level", whole(0, 65_535)),
    "Hp": ("hp", whole(0, BIGGEST)),
    "BaseExp": ("base_exp", whole(0, BIGGEST)),
    "JobExp": ("job_exp", whole(0, BIGGEST)),
    "Size": ("size", text(10)),
    "Race": ("race", text(20)),
    "Element": ("element", text(10)),
    "ElementLevel": ("element_level", whole(1, 4)),
    "Class": ("rank", text(20)),
}
MOST_DROPS, MOST_PRIZES = 10, 3
"""MAX_MOB_DROP and MAX_MVP_DROP as they come; servers may be compiled with more."""
MOST = 64
RATE = whole(0, 10_000, capped=True)


class Monsters:
    def __init__(self, items: Items, report: Callable[[Issue], None]) -> None:
        self._items, self._report = items, report
        self.clear()

    def clear(self) -> None:
        self.found: dict[int, Monster] = {}
        self.by_aegis_name: dict[str, int] = {}

    def take(self, record: Record) -> None:
        """Raises Broken, with nothing changed."""
        values = record.values
        required(values, "Id")
        monster_id: int = whole(1, 2**31 - 1)(values["Id"])
        before = self.found.get(monster_id)
        if before is None:
            required(values, "AegisName", "Name")
        patch = patched(values, FIELDS)
        if "Modes" in values:
            patch["modes"] = toggled(before.modes if before else (), values["Modes"])
        for key, name in (("Drops", "drops"), ("MvpDrops", "mvp_drops")):
            if key in values:
                patch[name] = self._drops(key, getattr(before, name, ()), record)
        if before is None:
            before = self.found[monster_id] = Monster(id=monster_id, **patch)
        else:
            if "aegis_name" in patch:
                self.by_aegis_name.pop(before.aegis_name.lower(), None)
            for name, value in patch.items():
                setattr(before, name, value)
        self.by_aegis_name[before.aegis_name.lower()] = monster_id

    def _drops(self, key: str, before: tuple[Drop, ...], record: Record) -> tuple[Drop, ...]:
        """Behind those that are there, or over the one with the Index that is given."""
        drops = list(before)
        for entry in entries(record.values[key]):
            at = whole(0, 65_535)(entry["Index"]) if "Index" in entry else len(drops)
            if at > len(drops) or at >= MOST:
                self._say(record, f"{key}: index {at} leaves a gap: the drop is left out")
                continue
            drop = self._drop(key, entry, record)
            if drop is not None:
                drops[at : at + 1] = [drop]
        return tuple(drops)

    def _drop(self, key: str, entry: Mapping[str, Any], record: Record) -> Drop | None:
        try:
            required(entry, "Item", "Rate")
            rate = RATE(entry["Rate"])
            protected = truth(entry.get("StealProtected", "false"))
        except Broken as broken:
            raise Broken(f"{key}: {broken}") from None
        item = self._items.by_aegis_name.get(str(entry["Item"]).lower())
        if item is None:
            name = str(entry["Item"])[:60]
            self._say(record, f"{key}: there is no item {name}: the drop is left out")
            return None
        return Drop(item, rate, protected)

    def _say(self, record: Record, message: str) -> None:
        self._report(Issue(record.path, record.line, f"monster {record.values['Id']}: {message}"))
