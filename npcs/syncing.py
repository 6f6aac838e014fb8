"""The map-server's list of NPCs: who is there, and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import connection, transaction

from aiworld.errors import Invalid
from npcs.models import NpcPersonality
from npcs.safety import visible

MAX_NPCS = 2000
MAX_CELL = 512
LOCK = 7_402_116
"""Advisory lock; its second half is the server's schema."""
FIELDS = ("name", "x", "y", "sprite", "ai_enabled")


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One NPC as the map-server has it. `ai_enabled` None: leave it."""

    map_name: str
    unique_name: str
    name: str
    x: int
    y: int
    sprite: str
    ai_enabled: bool | None

    @property
    def key(self) -> str:
        return f"{self.map_name.lower()}/{self.unique_name}"

    @property
    def shown_name(self) -> str:
        return self.name or self.unique_name.partition("::")[0].partition("#")[0]


@dataclass(kw_only=True)
class Synced:
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    keys: list[str] = field(default_factory=list)


def sync(seen: Sequence[Seen]) -> Synced:
    """Make the unknown ones characters and move the known ones. All or nothing. Raises Invalid."""
    for index, npc in enumerate(seen):
        _check(npc, f"npcs[{index}]")
    if len(seen) > MAX_NPCS:
        raise Invalid(f"more than {MAX_NPCS} NPCs in one call; send several", field="npcs")
    result = Synced(keys=[npc.key for npc in seen])
    if len(set(result.keys)) != len(seen):
        raise Invalid("an NPC is in the list twice", field="npcs")
    with transaction.atomic():
        one_at_a_time()
        _apply(seen, result)
    return result


def one_at_a_time() -> None:
    """Until the transaction ends, nobody else makes NPCs of this server by the list: two lists at
    once would make the same ones."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(current_schema()))", [LOCK])


def _apply(seen: Sequence[Seen], result: Synced) -> None:
    known = {
        row.key: row
        for row in NpcPersonality.objects.filter(key__in=result.keys).select_for_update()
    }
    new = [_made(npc) for npc in seen if npc.key not in known]
    moved = [known[npc.key] for npc in seen if npc.key in known and _moved(npc, known[npc.key])]
    NpcPersonality.objects.bulk_create(new)
    NpcPersonality.objects.bulk_update(moved, [*FIELDS, "version"])
    result.created, result.updated = len(new), len(moved)
    result.unchanged = len(seen) - len(new) - len(moved)


def _check(npc: Seen, where: str) -> None:
    if not npc.map_name or not npc.unique_name or "/" in npc.map_name:
        raise Invalid("an NPC needs a map and a unique name", field=where)
    if not visible(npc.shown_name):
        raise Invalid("an NPC without a visible name is no character", field=f"{where}.name")
    if len(npc.key) > 120 or len(npc.shown_name) > 50 or len(npc.map_name) > 24:
        raise Invalid("map, unique name or name is too long", field=where)
    if "\0" in npc.key + npc.name + npc.sprite or len(npc.sprite) > 40:
        raise Invalid("name or sprite is no such thing", field=where)
    if npc.x > MAX_CELL or npc.y > MAX_CELL:
        raise Invalid(f"no map has a cell beyond {MAX_CELL}", field=f"{where}.x")


def _made(npc: Seen) -> NpcPersonality:
    return NpcPersonality(
        key=npc.key,
        name=npc.shown_name,
        map_name=npc.map_name.lower(),
        x=npc.x,
        y=npc.y,
        sprite=npc.sprite,
        ai_enabled=npc.ai_enabled is not False,
    )


def _moved(npc: Seen, row: NpcPersonality) -> bool:
    """Bring a row up to date; False if it was."""
    wanted = {"name": npc.shown_name, "x": npc.x, "y": npc.y, "sprite": npc.sprite or row.sprite}
    if npc.ai_enabled is not None:
        wanted["ai_enabled"] = npc.ai_enabled
    changed = {name: value for name, value in wanted.items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    row.version += bool(changed)
    return bool(changed)
