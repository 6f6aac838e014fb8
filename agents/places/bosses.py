"""dynamic_boss: a mini-boss as strong as those who are there."""

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
from aiworld.errors import Invalid, Refused
from npcs.quoting import quoted
from world import gamedata
from world.bosses import choosing, fights, people, sayings
from world.bosses.rating import Match
from world.happenings import around, neighbours, wording
from world.hazards import risks
from world.models import GameMonster

MOST = 5
"""Monsters a model chooses from."""
NOBODY = gettext_noop("nobody is online on a map where a boss could come")
NO_MONSTER = gettext_noop(
    "no monster of the server fits: all of that level live there, or are MVPs"
)


class Boss(Tale):
    monster_id: int = Field(default=0, ge=0)


class ForFight(ForParty):
    monster_id: int = Field(default=0, ge=0)
    """0: one that fits."""


def gather(subject: str, asked: Facts) -> Facts:
    """`subject` is a map, or EVERYBODY for the busiest; asked as ForFight. Raises Invalid,
    Refused."""
    wanted, map_name = read(ForFight, asked), _place(words.place(subject))
    named = wanted.named()
    fighters = people.party(named) if named else people.there(map_name) if map_name else []
    found: list[Match] = []
    if map_name and fighters:
        found = choosing.candidates(map_name, fighters, monster_id=wanted.monster_id)[:MOST]
    known = GameMonster.objects.in_bulk([one.monster_id for one in found])
    return {
        "map": map_name,
        "why": "" if found else NO_MONSTER if fighters else NOBODY,
        "party": {str(one.char_id): one.level for one in fighters},
        "candidates": [
            {
                "monster_id": one.monster_id,
                "name": words.name(known[one.monster_id]),
                "level": known[one.monster_id].level,
                "percent": one.percent,
                "rating": one.rating,
                "win_chance": one.win_chance,
            }
            for one in found
        ],
        "lately": around.lately(map_name),
        "language": wording.language(),
    }


def _place(map_name: str) -> str:
    """Raises Invalid for a map there is not, Refused for a town or an arena."""
    if map_name:
        if _is_safe(map_name):
            raise Refused(f"{map_name} is a town, an arena, or has no monsters: no boss there")
        return map_name
    taken = neighbours.occupied()
    names = (name for name in people.busiest() if name not in taken)
    return next((name for name in names if not _is_safe(name)), "")


def _is_safe(map_name: str) -> bool:
    flags = frozenset(gamedata.game_map(map_name, field="map").flags)
    levels = gamedata.levels(map_name)
    return risks.safe(flags, levels.highest if levels else 0)


def decide(facts: Facts, random: Random) -> Boss:
    """The monster that makes an even fight with the least change (world/bosses/rating.py)."""
    if not facts["candidates"]:
        return Boss()
    first = facts["candidates"][0]
    title, tale = sayings.words(first["name"], facts["map"])
    return Boss(monster_id=first["monster_id"], title=title, tale=tale)


def ask(facts: Facts) -> str:
    if not facts["candidates"]:
        return ""
    lines = [
        f"- monster_id {one['monster_id']}: {quoted(one['name'])}, level {one['level']}"
        for one in facts["candidates"]
    ]
    return (
        f"Map: {quoted(facts['map'])}\nMonsters:\n" + "\n".join(lines) + "\nWhat went on of late:\n"
        f"{around.told(facts['lately'])}\nLanguage: {facts['language']}"
    )


def check(facts: Facts, said: Boss) -> None:
    """Raises Invalid."""
    if not facts["candidates"]:
        if said.monster_id:
            raise Invalid(facts["why"], field="monster_id")
        return
    if said.monster_id not in [one["monster_id"] for one in facts["candidates"]]:
        raise Invalid(f"monster {said.monster_id} is none of those that fit", field="monster_id")
    words.check(said)


def apply(subject: str, facts: Facts, found: Boss, changes: Changes) -> Mapping[str, Any]:
    if not found.monster_id:
        changes.idle = facts["why"]
        return {"event_id": 0, "reason": facts["why"], "win_chance": 0.0}
    [one] = [each for each in facts["candidates"] if each["monster_id"] == found.monster_id]
    chosen = Match(
        monster_id=one["monster_id"], percent=one["percent"], rating=one["rating"],
        win_chance=one["win_chance"],
    )  # fmt: skip
    fighters = people.party({int(char_id): level for char_id, level in facts["party"].items()})
    fight = fights.begin(
        facts["map"], chosen, fighters, title=found.title, tale=found.tale,
        seed=f"{found.monster_id} {found.title}", changes=changes,
    )  # fmt: skip
    return {
        "event_id": fight.event_id,
        "reason": f"{one['name']} at {one['percent']} % for {len(fighters)} players",
        "win_chance": one["win_chance"],
    }
