"""item_db: ItemDatabase::parseBodyNode and ::loadingFinished of src/map/itemdb.cpp."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from world.rathena.records import Broken, Item, Record
from world.rathena.scalars import MAX_ZENY, Read, named, patched, required, text, toggled, whole

FIELDS: dict[str, tuple[str, Read]] = {
    "AegisName": ("aegis_name", named),
    "Name": ("name", text(100)),
    "Type": ("kind", text(20)),
    "SubType": ("subtype", text(20)),
    "Buy": ("buy", whole(0, MAX_ZENY, capped=True)),
    "Sell": ("sell", whole(0, MAX_ZENY, capped=True)),
    "Weight": ("weight", whole(0, 2**31 - 1)),
    "Attack": ("attack", whole(0, 2**31 - 1)),
    "Defense": ("defense", whole(0, 32_767, capped=True)),
    "Slots": ("slots", whole(0, 4, capped=True)),
    "EquipLevelMin": ("level_min", whole(0, 1000)),
    "EquipLevelMax": ("level_max", whole(0, 1000)),
}
DISCOUNTED, OVERCHARGED = 124, 75
"""Best discount of 24 % and best overcharge: at prices beyond, buying and selling makes money."""
KINDS = frozenset({
    "Healing", "Usable", "Etc", "Armor", "Weapon", "Card", "PetEgg", "PetArmor", "Ammo",
    "DelayConsume", "ShadowGear", "Cash",
})  # fmt: skip


class Items:
    """Records by id, the later ones over the earlier."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.found: dict[int, Item] = {}
        self.by_aegis_name: dict[str, int] = {}
        self._priced: dict[int, tuple[bool, bool]] = {}

    def take(self, record: Record) -> None:
        """Raises Broken, with nothing changed."""
        values = record.values
        required(values, "Id")
        item_id: int = whole(1, 2**31 - 1)(values["Id"])
        before = self.found.get(item_id)
        if before is None:
            required(values, "AegisName", "Name")
        patch = patched(values, FIELDS) | _switches(values, before)
        if patch.get("kind", "Etc") not in KINDS:
            patch["kind"] = "Etc"
        self._name(item_id, before, patch)
        if before is None:
            self.found[item_id] = Item(id=item_id, **patch)
        else:
            for name, value in patch.items():
                setattr(before, name, value)
        # As rAthena: the last record alone says which of the two prices is given.
        self._priced[item_id] = ("Buy" in values, "Sell" in values)

    def _name(self, item_id: int, before: Item | None, patch: Mapping[str, Any]) -> None:
        if (aegis_name := patch.get("aegis_name")) is None:
            return
        other = self.by_aegis_name.get(aegis_name.lower(), item_id)
        if other != item_id:
            raise Broken(f"AegisName: {aegis_name!r} is the name of item {other}")
        if before:
            self.by_aegis_name.pop(before.aegis_name.lower(), None)
        self.by_aegis_name[aegis_name.lower()] = item_id

    def finish(self) -> None:
        """What follows when all files are read: kinds and prices."""
        for item in self.found.values():
            if item.kind == "DelayConsume":
                item.kind = "Usable"
            if item.kind not in ("Armor", "ShadowGear"):
                item.defense = 0
            if item.kind not in ("Weapon", "Ammo"):
                item.attack = 0
            self._price(item)

    def _price(self, item: Item) -> None:
        buy, sell = self._priced[item.id]
        if sell and not buy:
            item.buy = min(item.sell * 2, MAX_ZENY)
        elif buy and not sell:
            item.sell = item.buy // 2
        if item.buy * OVERCHARGED < item.sell * DISCOUNTED:
            item.sell = 1


def _switches(values: Mapping[str, Any], before: Item | None) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    if "Locations" in values:
        found["locations"] = _toggled("Locations", before.locations if before else (), values)
    if "Trade" in values:
        trade = {"Trade": _without(values["Trade"], "Override")}
        found["restrictions"] = _toggled("Trade", before.restrictions if before else (), trade)
    if "Jobs" in values:  # begins anew, unlike the others
        found["jobs"] = _jobs(values["Jobs"])
    return found


def _toggled(key: str, before: tuple[str, ...], values: Mapping[str, Any]) -> tuple[str, ...]:
    try:
        return toggled(before, values[key])
    except Broken as broken:
        raise Broken(f"{key}: {broken}") from None


def _without(value: Any, key: str) -> Any:
    return {k: v for k, v in value.items() if k != key} if isinstance(value, Mapping) else value


def _jobs(value: Any) -> tuple[str, ...]:
    """Empty: all. `All: true, Novice: false` is told as it is written, with a minus."""
    on = _toggled("Jobs", (), {"Jobs": value})
    if "All" not in on:
        return on
    off = [str(name) for name, switch in value.items() if str(switch).lower() == "false"]
    return tuple(f"-{name}" for name in off)
