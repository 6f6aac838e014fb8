"""World events: what the world has cause for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from random import Random
from typing import Any

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, Field

from agents import reasons
from agents.spec import EVERYBODY, AgentSpec, Asked, Facts, everybody, read
from aiworld.changes import Changes
from aiworld.errors import Invalid
from npcs.quoting import quoted
from world.happenings import around, causes, making, planning, wording
from world.happenings.causes import QUIET, Cause


class Choice(BaseModel):
    number: int = Field(ge=0)
    """Of the causes that were given, from 1; 0: none of them."""
    title: str = Field(default="", max_length=wording.TITLE)
    text: str = Field(default="", max_length=wording.TEXT)


class Wished(Asked):
    kinds: list[str] = Field(default_factory=list, max_length=20)


def gather(subject: str, asked: Facts) -> Facts:
    """`subject` is a map, or EVERYBODY for all; asked as Wished."""
    map_name = "" if subject == EVERYBODY else subject
    kinds = tuple(read(Wished, asked).kinds) or QUIET
    found = causes.strongest(map_name=map_name, kinds=kinds)
    return {
        "causes": [_told(cause) for cause in found if making.fits(cause)],
        "lately": around.lately(map_name),
        "language": wording.language(),
    }


def _told(cause: Cause) -> dict[str, Any]:
    title, tale = making.words(cause.kind, cause.map_name)
    return {
        "kind": cause.kind, "map": cause.map_name, "strength": cause.strength,
        "lately": cause.lately, "usual": round(cause.usual, 2), "title": title, "tale": tale,
    }  # fmt: skip


def decide(facts: Facts, random: Random) -> Choice:
    """The strongest cause: utility scoring (world/happenings/causes.py)."""
    if not facts["causes"]:
        return Choice(number=0)
    first = facts["causes"][0]
    return Choice(number=1, title=first["title"], text=first["tale"])


def ask(facts: Facts) -> str:
    if not facts["causes"]:
        return ""
    lines = [
        f"{number}. {one['kind']} on {one['map']}: {one['lately']} within 6 hours, usually "
        f"{one['usual']}; cause {one['strength']:.2f} of 1; for example {quoted(one['title'])}"
        for number, one in enumerate(facts["causes"], start=1)
    ]
    return (
        "Causes:\n" + "\n".join(lines) + f"\nWhat went on of late:\n"
        f"{around.told(facts['lately'])}\nLanguage: {facts['language']}"
    )


def check(facts: Facts, found: Choice) -> None:
    if found.number > len(facts["causes"]):
        raise Invalid(f"there are {len(facts['causes'])} causes", field="number")
    if found.number:
        wording.title(found.title)
        wording.tale(found.text)


def apply(subject: str, facts: Facts, found: Choice, changes: Changes) -> Mapping[str, Any]:
    if not found.number:
        changes.idle = reasons.NO_CAUSE_CHOSEN if facts["causes"] else reasons.NO_CAUSE
        return {"event": None, "cause": "", "strength": 0.0}
    one = facts["causes"][found.number - 1]
    cause = Cause(one["kind"], one["map"], one["strength"], one["lately"], one["usual"])
    told = making.happening(cause, title=wording.title(found.title), tale=wording.tale(found.text))
    row, _known = planning.plan(told, made_by="world", changes=changes)
    changes.idle = reasons.EVENT_KNOWN
    return {"event": row.pk, "cause": str(cause), "strength": cause.strength, "map": row.map_name}


AGENTS = (
    AgentSpec(
        key="world_event",
        group="procedural",
        purpose=_("Makes the event that the world has most cause for: market, feast, warning."),
        may_change=_("One world event, within the day's budget of world change."),
        calls=("World.GenerateWorldEvent",),
        output=Choice,
        gather=gather,
        decide=decide,
        check=check,
        ask=ask,
        apply=apply,
        subjects=everybody,
        every=timedelta(hours=1),
    ),
)
