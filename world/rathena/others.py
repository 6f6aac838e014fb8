"""skill_db, quest_db, job_stats: parseBodyNode of src/map/{skill,quest,pc}.cpp."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from world.rathena.items import Items
from world.rathena.monsters import Monsters
from world.rathena.records import Broken, Job, Quest, Record, Skill
from world.rathena.scalars import Read, entries, named, patched, required, text, whole

SKILL: dict[str, tuple[str, Read]] = {
    "Name": ("aegis_name", named),
    "Description": ("name", text(100)),
    "MaxLevel": ("max_level", whole(0, 1000)),
    "Type": ("kind", text(20)),
    "TargetType": ("target", text(20)),
}
QUEST: dict[str, tuple[str, Read]] = {
    "Title": ("title", text(200)),
    "TimeLimit": ("time_limit", text(40)),
}
JOB: dict[str, tuple[str, Read]] = {
    "MaxWeight": ("max_weight", whole(0, 2**31 - 1)),
    "MaxBaseLevel": ("max_base_level", whole(0, 1000)),
    "MaxJobLevel": ("max_job_level", whole(0, 1000)),
}
BOUNDS: dict[str, tuple[str, Read]] = {
    "MinLevel": ("min_level", whole(0, 1000)),
    "MaxLevel": ("max_level", whole(0, 1000)),
    "Race": ("race", text(20)),
    "Size": ("size", text(10)),
    "Element": ("element", text(10)),
    "Location": ("map", text(24)),
}
MOST_TARGETS = 3
"""MAX_QUEST_OBJECTIVES."""
COUNT = whole(0, 65_535)


class Skills:
    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.found: dict[int, Skill] = {}

    def take(self, record: Record) -> None:
        """Raises Broken, with nothing changed."""
        required(record.values, "Id")
        skill_id: int = whole(1, 65_535)(record.values["Id"])
        patch = patched(record.values, SKILL)
        if before := self.found.get(skill_id):
            for name, value in patch.items():
                setattr(before, name, value)
        else:
            required(record.values, "Name", "Description", "MaxLevel")
            self.found[skill_id] = Skill(id=skill_id, **patch)


class Jobs:
    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.found: dict[str, Job] = {}

    def take(self, record: Record) -> None:
        """One record is for many jobs. Raises Broken, with nothing changed."""
        jobs = record.values.get("Jobs")
        if not isinstance(jobs, Mapping):
            raise Broken("Jobs is missing")
        patch = patched(record.values, JOB)
        for name in [text(40)(name) for name in jobs]:
            job = self.found.setdefault(name, Job(name=name))
            for column, value in patch.items():
                setattr(job, column, value)


class Quests:
    def __init__(self, items: Items, monsters: Monsters) -> None:
        self._items, self._monsters = items, monsters
        self.clear()

    def clear(self) -> None:
        self.found: dict[int, Quest] = {}

    def take(self, record: Record) -> None:
        """Raises Broken, with nothing changed."""
        values = record.values
        required(values, "Id")
        quest_id: int = whole(1, 2**31 - 1)(values["Id"])
        before = self.found.get(quest_id)
        if before is None:
            required(values, "Title")
        patch = patched(values, QUEST)
        if "Targets" in values:
            patch["targets"] = self._targets(before.targets if before else (), values)
        if "Drops" in values:
            patch["drops"] = self._drops(before.drops if before else (), values)
        if before is None:
            self.found[quest_id] = Quest(id=quest_id, **patch)
            return
        for name, value in patch.items():
            setattr(before, name, value)

    def _targets(
        self, before: tuple[dict[str, Any], ...], values: Mapping[str, Any]
    ) -> tuple[dict[str, Any], ...]:
        """By monster, or by the Id of a target that bounds level, race or place."""
        targets = {(each["monster"], each.get("id")): dict(each) for each in before}
        for entry in entries(values["Targets"]):
            if "Mob" in entry:
                of: dict[str, Any] = {"monster": self._monster(entry["Mob"])}
            elif "Id" in entry:
                of = {"monster": None, "id": COUNT(entry["Id"])} | patched(entry, BOUNDS)
            else:
                raise Broken("Targets: Mob or Id is missing")
            key = (of["monster"], of.get("id"))
            if key not in targets:
                required(entry, "Count")
                targets[key] = {}
            if "Count" in entry:
                of["count"] = COUNT(entry["Count"])
            targets[key] |= of
        if len(targets) > MOST_TARGETS:
            raise Broken(f"Targets: more than {MOST_TARGETS}")
        return tuple(targets.values())

    def _drops(
        self, before: tuple[dict[str, Any], ...], values: Mapping[str, Any]
    ) -> tuple[dict[str, Any], ...]:
        drops = {each["monster"]: dict(each) for each in before}
        for entry in entries(values["Drops"]):
            monster = self._monster(entry["Mob"]) if "Mob" in entry else None
            if monster not in drops:
                required(entry, "Item", "Rate")
                drops[monster] = {"monster": monster, "count": 1}
            if "Item" in entry:
                drops[monster]["item"] = self._item(entry["Item"])
            for key, read in (("Count", COUNT), ("Rate", whole(0, 10_000, capped=True))):
                if key in entry:
                    drops[monster][key.lower()] = read(entry[key])
        return tuple(drops.values())

    def _monster(self, name: Any) -> int:
        found = self._monsters.by_aegis_name.get(str(name).lower())
        if found is None:
            raise Broken(f"there is no monster {str(name)[:60]}")
        return found

    def _item(self, name: Any) -> int:
        found = self._items.by_aegis_name.get(str(name).lower())
        if found is None:
            raise Broken(f"there is no item {str(name)[:60]}")
        return found
