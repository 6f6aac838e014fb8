"""treasure: a hunt over the server's maps, each clue true of one of them only."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_noop
from pydantic import Field

from agents.places import words
from agents.places.words import Level, Tale
from agents.spec import Asked, Facts, read
from aiworld.changes import Changes
from aiworld.errors import Invalid, NotFound
from npcs.folding import plain
from npcs.memory import unknown_npc
from npcs.models import NpcPersonality
from npcs.quoting import quoted
from quests.policy import policy
from world.bosses import people
from world.happenings import around, wording
from world.treasure import charting, hiding, sayings
from world.treasure.charting import Place
from world.treasure.clues import Feature

USUAL = 3
"""Clues, if nobody says how many."""
NO_KEEPER = gettext_noop("no NPC that answers by AI could keep the reward")
OFF = gettext_noop("the owner has switched quests and their rewards off")
NO_PLACES = gettext_noop(
    "too few maps can be told from all others, or the server's database is not imported"
)


class Hunt(Tale):
    maps: list[str] = Field(default_factory=list, max_length=hiding.MOST)
    """In the order they are to be entered."""
    guardian: int = Field(default=0, ge=0)
    """Monster on the last one."""


class ForHunt(Asked):
    level: Level = 0
    """Of the hunters; 0: as those who are online are."""
    steps: int = Field(default=0, ge=0, le=hiding.MOST)
    """0: as many as fit."""


def gather(subject: str, asked: Facts) -> Facts:
    """`subject` is the stable key of an NPC, or EVERYBODY; asked as ForHunt. Raises NotFound,
    Invalid."""
    keeper, wanted = _keeper(words.place(subject)), read(ForHunt, asked)
    level, steps = wanted.level or people.level(people.around()), wanted.steps
    if steps == 1:
        raise Invalid(f"a hunt has {hiding.FEWEST} places or more", field="steps")
    found = charting.places(level, seed=f"{subject} {timezone.now():%Y-%m-%d %H}")
    least = steps or hiding.FEWEST
    enough = len(found) >= least and any(one.guardians for one in found)
    why = NO_KEEPER if keeper is None else OFF if not policy().is_active else ""
    return {
        "why": why or ("" if enough else NO_PLACES),
        "npc": {"key": keeper.key, "name": keeper.name} if keeper else {"key": "", "name": ""},
        "level": level,
        "steps": steps,
        "places": [_told(one) for one in found],
        "lately": around.lately(),
        "language": wording.language(),
    }


def _keeper(key: str) -> NpcPersonality | None:
    """The one named, else whose turn it is today."""
    npcs = NpcPersonality.objects.filter(ai_enabled=True).order_by("pk")
    if not key:
        return npcs[timezone.now().toordinal() % count] if (count := npcs.count()) else None
    if (found := npcs.filter(key=key).first()) is None:
        raise NotFound(unknown_npc(key), field="npc")
    return found


def _told(one: Place) -> dict[str, Any]:
    return {
        "map": one.map_name,
        "clue": [list(each) for each in one.clue],
        "riddle": sayings.riddle(one.clue),
        "guardians": [
            {"id": each.monster_id, "name": each.name, "level": each.level}
            for each in one.guardians
        ],
    }


def decide(facts: Facts, random: Random) -> Hunt:
    """A way over places drawn by chance that ends where a guardian is."""
    if facts["why"]:
        return Hunt()
    last = random.choice([one for one in facts["places"] if one["guardians"]])
    others = [one for one in facts["places"] if one["map"] != last["map"]]
    number = facts["steps"] or min(USUAL, len(others) + 1)
    way = [*random.sample(others, number - 1), last]
    title, tale = sayings.words(facts["npc"]["name"][: words.LONGEST_NAME])
    return Hunt(
        title=title,
        tale=tale,
        maps=[one["map"] for one in way],
        guardian=last["guardians"][0]["id"],
    )


def ask(facts: Facts) -> str:
    if facts["why"]:
        return ""
    number = f"exactly {facts['steps']}" if facts["steps"] else f"{hiding.FEWEST} to {hiding.MOST}"
    lines = [
        f"- map {quoted(one['map'])}; riddle {quoted(one['riddle'])}; guardians "
        + (", ".join(f"{each['id']} {quoted(each['name'])}" for each in one["guardians"]) or "none")
        for one in facts["places"]
    ]
    return (
        f"Who keeps the reward: {quoted(facts['npc']['name'])}\nPlaces, {number} of them:\n"
        + "\n".join(lines)
        + f"\nWhat went on of late:\n{around.told(facts['lately'])}\nLanguage: {facts['language']}"
    )


def check(facts: Facts, said: Hunt) -> None:
    """Raises Invalid."""
    if facts["why"]:
        if said.maps or said.guardian:
            raise Invalid(facts["why"], field="maps")
        return
    known = {one["map"]: one for one in facts["places"]}
    if unknown := set(said.maps) - set(known):
        raise Invalid(f"{min(unknown)!r} is none of the places", field="maps")
    fewest, most = (facts["steps"],) * 2 if facts["steps"] else (hiding.FEWEST, hiding.MOST)
    if not fewest <= len(said.maps) <= most or len(set(said.maps)) != len(said.maps):
        raise Invalid(f"a hunt has {fewest} to {most} different places", field="maps")
    if said.guardian not in [one["id"] for one in known[said.maps[-1]]["guardians"]]:
        raise Invalid("the guardian does not live on the last map", field="guardian")
    words.check(said)
    told = plain(f"{said.title} {said.tale}")
    if any(plain(name) in told for name in said.maps):
        raise Invalid("the tale names a place that is to be found", field="tale")


def apply(subject: str, facts: Facts, found: Hunt, changes: Changes) -> Mapping[str, Any]:
    if not found.maps:
        changes.idle = facts["why"]
        return {"event_id": 0, "reason": facts["why"]}
    known = {one["map"]: one for one in facts["places"]}
    steps = [(name, tuple(Feature(*each) for each in known[name]["clue"])) for name in found.maps]
    event = hiding.hide(
        steps, found.guardian, npc=facts["npc"]["key"], level=facts["level"], title=found.title,
        tale=found.tale, changes=changes,
    )  # fmt: skip
    return {
        "event_id": event.pk,
        "reason": f"{len(steps)} places, told apart from all others; {facts['npc']['name']} pays",
    }
