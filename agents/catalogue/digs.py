"""Archaeology: what a dig brings up."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, Field

from agents import reasons
from agents.models import AgentRun
from agents.spec import AgentSpec, Asked, Facts, read
from aiworld.changes import Changes
from aiworld.errors import Invalid
from tenants.context import tenant
from world import gamedata
from world.digs import recording, strata, telling
from world.happenings import around, wording

SQUARE = 5
"""Cells of a spot to each side; who digs on there digs deeper."""


class Lore(BaseModel):
    """What is told of a find. What was found, and how old it is, the ground says."""

    title: str = Field(default="", max_length=wording.TITLE)
    text: str = Field(default="", max_length=wording.TEXT)


class Spot(Asked):
    map: str = Field(max_length=24)
    x: int = Field(ge=0, le=100_000)
    y: int = Field(ge=0, le=100_000)
    char_id: int = Field(default=0, ge=0, lt=2**63)
    """Who digs; 0: nobody is said to."""


def spot(map_name: str, x: int, y: int) -> str:
    """Subject of a run."""
    return f"{map_name}:{x // SQUARE}:{y // SQUARE}"


def gather(subject: str, asked: Facts) -> Facts:
    """`subject` is a `spot`; asked as Spot."""
    where = read(Spot, asked)
    map_name, x, y = where.map, where.x, where.y
    if spot(map_name, x, y) != subject:
        raise Invalid(f"{subject!r} is not the spot that is asked for", field="subject")
    known = gamedata.game_map(map_name, field="map")
    if known.walkable and not gamedata.is_walkable(map_name, x, y):
        raise Invalid(f"nobody can dig at {x}, {y} of {map_name}", field="x")
    dug = AgentRun.objects.filter(agent="archaeology", subject=subject, status="done").count()
    seed = f"{tenant().server_id} {map_name}"
    ground = strata.layers(seed)
    found = strata.find(ground, seed=f"{seed} {subject}", dig=dug)
    facts: dict[str, Any] = {
        "map": map_name, "x": x, "y": y, "who": where.char_id, "dig": dug, "seed": seed,
        "subject": subject, "to_rock": strata.digs_to_rock(ground), "found": None,
        "earlier": recording.earlier(map_name), "lately": around.lately(map_name),
        "language": wording.language(),
    }  # fmt: skip
    if found is None:
        return facts
    if wrong := strata.faults(ground, found):
        raise Invalid("; ".join(wrong), field="dig")
    oldest = all(one["earliest"] < found.earliest for one in facts["earlier"])
    title, text = telling.words(found, map_name=map_name, oldest_yet=oldest)
    return facts | {
        "found": {
            "object": telling.kind(found.kind.key), "era": telling.era(found.era.key),
            "layer": found.layer.number, "depth_cm": found.depth_cm, "earliest": found.earliest,
            "latest": found.latest, "title": title, "text": text,
        }
    }  # fmt: skip


def decide(facts: Facts, random: Random) -> Lore:
    """As the layers have it (world/digs/strata.py)."""
    if not facts["found"]:
        return Lore()
    return Lore(title=facts["found"]["title"], text=facts["found"]["text"])


def ask(facts: Facts) -> str:
    found = facts["found"]
    if not found:
        return ""
    earlier = "\n".join(f"- {one['title']}" for one in facts["earlier"]) or "- nothing"
    return (
        f"Found in {facts['map']}: {found['object']}, {found['depth_cm']} cm deep, in layer "
        f"{found['layer']}; it came there {found['latest']} to {found['earliest']} years ago and "
        f"tells of {found['era']}.\nFound there before:\n{earlier}\nLanguage: {facts['language']}"
    )


def check(facts: Facts, lore: Lore) -> None:
    """The lore names its own era and no other."""
    if not facts["found"]:
        if lore.title or lore.text:
            raise Invalid("nothing was found", field="text")
        return
    text = f"{wording.title(lore.title)} {wording.tale(lore.text)}".lower()
    others = [name for key in telling.ERAS if (name := telling.era(key)) != facts["found"]["era"]]
    if facts["found"]["era"].lower() not in text:
        raise Invalid(f"it tells of {facts['found']['era']}", field="text")
    if wrong := [name for name in others if name.lower() in text]:
        raise Invalid(f"it is not of {wrong[0]}", field="text")


def apply(subject: str, facts: Facts, lore: Lore, changes: Changes) -> Mapping[str, Any]:
    done = {"map": facts["map"], "dig": facts["dig"], "rock": facts["dig"] >= facts["to_rock"]}
    ground = strata.layers(facts["seed"])
    found = strata.find(ground, seed=f"{facts['seed']} {subject}", dig=facts["dig"])
    if found is None:
        changes.idle = reasons.BARE_ROCK if done["rock"] else reasons.NOTHING_THERE
        return {**done, "event": None, "find": None}
    row = recording.record(
        found, map_name=facts["map"], x=facts["x"], y=facts["y"],
        title=wording.title(lore.title), text=wording.tale(lore.text), changes=changes,
        char_id=facts["who"],
    )  # fmt: skip
    return {**done, "event": row.pk, "find": dict(row.data)}


AGENTS = (
    AgentSpec(
        key="archaeology",
        group="advanced",
        purpose=_("Says what a dig brings up, by the layers of the map, and what it tells."),
        may_change=_(
            "One world event of the kind find. Who dug is paid for three finds a day at most, by "
            "the reward policy and within its caps."
        ),
        calls=("World.ProcessArchaeology",),
        output=Lore,
        gather=gather,
        decide=decide,
        check=check,
        ask=ask,
        apply=apply,
        most_a_day=5_000,
    ),
)
