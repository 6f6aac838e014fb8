"""map_hazard: a hazard where the land makes one likely and players are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from random import Random
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_noop
from pydantic import Field

from agents.places import words
from agents.places.words import Tale
from agents.spec import Asked, Facts, read
from aiworld.changes import Changes
from aiworld.errors import Invalid
from npcs.quoting import quoted
from world.happenings import around, wording
from world.hazards import effects, lands, sayings, striking

MOST = 5
"""Candidates a model chooses from."""
NONE_DUE = gettext_noop(
    "no map is due a hazard: weather, season and visits give no cause, or one goes on there"
)


class Hazard(Tale):
    kind: str = Field(default="", max_length=20)
    map: str = Field(default="", max_length=24)
    strength: int = Field(default=0, ge=0, le=9)
    minutes: int = Field(default=0, ge=0, le=effects.LONGEST)


def gather(subject: str, asked: Facts) -> Facts:
    """`subject` is a map, or EVERYBODY for all; nothing is asked. Raises Invalid."""
    read(Asked, asked)
    map_name = words.place(subject)
    candidates = [
        {"kind": one.kind, "map": one.map_name, "risk": one.risk, "strength": one.strength,
         "weather": one.weather}
        for one in lands.due(map_name)[:MOST]
    ]  # fmt: skip
    return {
        "candidates": candidates,
        "lately": around.lately(map_name),
        "language": wording.language(),
        "seed": f"{subject} {timezone.now():%Y-%m-%d %H}",
    }


def decide(facts: Facts, random: Random) -> Hazard:
    """The greatest risk, as strong as it may be."""
    if not facts["candidates"]:
        return Hazard()
    first = facts["candidates"][0]
    title, tale = sayings.words(first["kind"], first["map"])
    return Hazard(
        kind=first["kind"],
        map=first["map"],
        strength=first["strength"],
        minutes=effects.lasts(first["strength"]) // timedelta(minutes=1),
        title=title,
        tale=tale,
    )


def ask(facts: Facts) -> str:
    if not facts["candidates"]:
        return ""
    lines = [
        f"- kind {one['kind']}, map {quoted(one['map'])}, strength 1-{one['strength']}, "
        f"risk {one['risk']:.2f}, weather {one['weather'] or 'none, it is underground'}"
        for one in facts["candidates"]
    ]
    return (
        "Candidates:\n" + "\n".join(lines) + f"\nWhat went on of late:\n"
        f"{around.told(facts['lately'])}\nLanguage: {facts['language']}"
    )


def check(facts: Facts, said: Hazard) -> None:
    """Raises Invalid."""
    if not facts["candidates"]:
        if said.kind or said.map:
            raise Invalid(NONE_DUE, field="kind")
        return
    fits = [
        one for one in facts["candidates"] if (one["kind"], one["map"]) == (said.kind, said.map)
    ]
    if not fits:
        raise Invalid(f"no {said.kind!r} is due on {said.map!r}", field="kind")
    if not 1 <= said.strength <= fits[0]["strength"]:
        raise Invalid(f"strength must be 1 to {fits[0]['strength']} here", field="strength")
    if not effects.SHORTEST <= said.minutes <= effects.LONGEST:
        raise Invalid(f"it lasts {effects.SHORTEST} to {effects.LONGEST} minutes", field="minutes")
    words.check(said)


def apply(subject: str, facts: Facts, found: Hazard, changes: Changes) -> Mapping[str, Any]:
    if not found.kind:
        changes.idle = NONE_DUE
        return {"event_id": 0, "reason": NONE_DUE}
    event = striking.strike(
        found.kind, found.map, strength=found.strength, lasts=timedelta(minutes=found.minutes),
        title=found.title, tale=found.tale, seed=facts["seed"], changes=changes,
    )  # fmt: skip
    [chosen] = [
        one for one in facts["candidates"] if (one["kind"], one["map"]) == (found.kind, found.map)
    ]
    said = f"risk {chosen['risk']:.2f} of {found.kind} on {found.map}"
    return {"event_id": event.pk, "reason": said}
