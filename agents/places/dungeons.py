"""adaptive_dungeon: floors, rooms, locks and a boss for a party. What it is made of is decided
here; the graph is drawn by rules (world/dungeons/), whoever decided."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

from django.utils.translation import gettext_noop
from pydantic import Field

from agents.places import words
from agents.places.words import ForParty, Tale
from agents.spec import Facts, read
from aiworld.changes import Changes
from aiworld.errors import Invalid
from npcs.quoting import quoted
from world.bosses import people
from world.dungeons import choosing, opening
from world.dungeons.filling import Party
from world.dungeons.layout import FLOORS, LOCKS, ROOMS
from world.happenings import around, wording
from world.models import GameMonster

NOTHING_FITS = gettext_noop(
    "no map or monster fits, or the server's own database is not imported yet (manage.py import_db)"
)
MOST_SORTS = 8
"""Kinds of monsters in one dungeon, besides the boss."""


class Dungeon(Tale):
    maps: list[str] = Field(default_factory=list, max_length=FLOORS[1])
    """Of each floor, from the top."""
    rooms: int = Field(default=0, ge=0, le=ROOMS[1])
    """Of each floor."""
    locks: int = Field(default=0, ge=0, le=LOCKS)
    """Of each floor, at most."""
    monsters: list[int] = Field(default_factory=list, max_length=MOST_SORTS)
    boss: int = Field(default=0, ge=0)


class ForDelve(ForParty):
    floors: int = Field(default=0, ge=0, le=FLOORS[1])
    """0: as many as fit."""


def gather(subject: str, asked: Facts) -> Facts:
    """Asked as ForDelve. Without a party: those who are online. Raises Invalid."""
    wanted = read(ForDelve, asked)
    named = wanted.named()
    party = choosing.party(people.party(named) if named else people.around())
    maps, monsters = choosing.maps(party.level), choosing.monsters(party.level)
    bosses = choosing.bosses(party.level)
    possible = bool(maps and monsters and bosses)
    return {
        "why": "" if possible else NOTHING_FITS,
        "level": party.level,
        "members": party.members,
        "floors": wanted.floors,
        "maps": maps if possible else [],
        "monsters": [_told(one) for one in monsters],
        "bosses": [_told(one) for one in bosses],
        "lately": around.lately(),
        "language": wording.language(),
    }


def _told(one: GameMonster) -> dict[str, Any]:
    return {"id": one.pk, "name": words.name(one), "level": one.level}


def decide(facts: Facts, random: Random) -> Dungeon:
    """More floors and rooms for more members, more locks for higher levels; maps and monsters of
    the nearest level."""
    if not facts["maps"]:
        return Dungeon()
    members, level = facts["members"], facts["level"]
    wished = facts["floors"] or min(1 + members // 3 + level // 50, FLOORS[1])
    maps = [facts["maps"][at % min(len(facts["maps"]), 3)] for at in range(wished)]
    sorts = facts["monsters"][: 2 * MOST_SORTS]
    chosen = random.sample(sorts, min(len(sorts), MOST_SORTS))
    boss = facts["bosses"][0]
    title, tale = opening.words(maps[0], boss["name"])
    return Dungeon(
        title=title,
        tale=tale,
        maps=maps,
        rooms=min(ROOMS[0] + 1 + members, ROOMS[1]),
        locks=min(1 + level // 60, LOCKS),
        monsters=[one["id"] for one in chosen],
        boss=boss["id"],
    )


def ask(facts: Facts) -> str:
    if not facts["maps"]:
        return ""
    floors = f"exactly {facts['floors']}" if facts["floors"] else f"{FLOORS[0]} to {FLOORS[1]}"
    parts = [
        f"Party: {facts['members']} of level {facts['level']}",
        f"Floors: {floors}",
        "Maps: " + ", ".join(map(quoted, facts["maps"])),
        *(
            f"{name}: "
            + ", ".join(f"{one['id']} {quoted(one['name'])} level {one['level']}" for one in found)
            for name, found in (("Monsters", facts["monsters"]), ("Bosses", facts["bosses"]))
        ),
        f"What went on of late:\n{around.told(facts['lately'])}",
        f"Language: {facts['language']}",
    ]
    return "\n".join(parts)


def check(facts: Facts, said: Dungeon) -> None:
    """Raises Invalid."""
    if not facts["maps"]:
        if said.maps or said.boss:
            raise Invalid(facts["why"], field="maps")
        return
    if not said.maps or facts["floors"] not in (0, len(said.maps)):
        raise Invalid(f"{facts['floors'] or 'some'} floors were asked for", field="maps")
    if unknown := set(said.maps) - set(facts["maps"]):
        raise Invalid(f"{min(unknown)!r} is none of the maps that fit", field="maps")
    if not ROOMS[0] <= said.rooms <= ROOMS[1]:
        raise Invalid(f"a floor has {ROOMS[0]} to {ROOMS[1]} rooms", field="rooms")
    fit = {one["id"] for one in facts["monsters"]}
    if not said.monsters or not set(said.monsters) <= fit:
        raise Invalid("a monster is none of those that fit", field="monsters")
    if said.boss not in {one["id"] for one in facts["bosses"]}:
        raise Invalid("the boss is none of those that fit", field="boss")
    words.check(said)


def apply(subject: str, facts: Facts, found: Dungeon, changes: Changes) -> Mapping[str, Any]:
    if not found.maps:
        changes.idle = facts["why"]
        return {"event_id": 0, "reason": facts["why"]}
    party = Party(level=facts["level"], members=facts["members"])
    levels = {one["id"]: one["level"] for one in facts["monsters"]}
    rooms, doors = opening.drawn(
        found.maps, party, {one: levels[one] for one in found.monsters}, found.boss,
        rooms=found.rooms, locks=found.locks, seed=found.model_dump_json(),
    )  # fmt: skip
    event = opening.begin(rooms, doors, party, title=found.title, tale=found.tale, changes=changes)
    return {
        "event_id": event.pk,
        "reason": f"{len(rooms)} rooms for {party.members} of level {party.level}",
    }
