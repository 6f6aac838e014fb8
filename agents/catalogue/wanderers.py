"""Characters that come to a map, stay for some days and go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from random import Random
from typing import Any

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, Field

from agents import reasons
from agents.spec import EVERYBODY, AgentSpec, Asked, Facts, everybody, read
from aiworld.changes import Changes
from aiworld.errors import Invalid
from npcs import naming
from npcs.models import NpcPersonality
from npcs.models.personality import TRAITS
from npcs.scales import Alignment, Emotion
from npcs.temperament import temperament
from tenants.context import tenant
from world import gamedata
from world.happenings import around, wording
from world.roaming import coming, persons
from world.roaming.coming import Ground

DAYS, LONGEST = 3, 14
PLACES = 10
"""Maps that are looked at for one that has room."""


class Newcomer(BaseModel):
    name: str = Field(default="", max_length=24)
    """Empty: nobody comes."""
    role: str = Field(default="", max_length=40)
    openness: float = Field(default=0.5, ge=0, le=1)
    conscientiousness: float = Field(default=0.5, ge=0, le=1)
    extraversion: float = Field(default=0.5, ge=0, le=1)
    agreeableness: float = Field(default=0.5, ge=0, le=1)
    neuroticism: float = Field(default=0.5, ge=0, le=1)
    alignment: Alignment = Alignment.TRUE_NEUTRAL
    mood: Emotion = Emotion.NEUTRAL
    speech_style: str = Field(default="", max_length=150)
    background: str = Field(default="", max_length=wording.TEXT)

    @property
    def traits(self) -> dict[str, float]:
        return {name: getattr(self, name) for name in TRAITS}


class Wished(Asked):
    role: str = ""
    days: int = 0


def gather(subject: str, asked: Facts) -> Facts:
    """`subject` is a map, or EVERYBODY for one of the busiest; asked as Wished."""
    wished = read(Wished, asked)
    role, days = wished.role, wished.days or DAYS
    if role and role not in persons.NEEDS:
        raise Invalid(f"role must be one of {', '.join(sorted(persons.NEEDS))}", field="role")
    if not 1 <= days <= LONGEST:
        raise Invalid(f"somebody stays 1 to {LONGEST} days", field="days")
    place, ground = _place(subject)
    there = NpcPersonality.objects.filter(map_name=place, ai_enabled=True)
    roles = list(there.values_list("role", flat=True)[:500])
    return {
        "map": place,
        "ground": asdict(ground) if ground else None,
        "room": coming.most() - coming.on_the_road(),
        "happened": dict(coming.happened(place)),
        "there": {each: roles.count(each) for each in sorted(set(roles))},
        "taken": sorted(set(NpcPersonality.objects.values_list("name", flat=True)[:5_000])),
        "role": role,
        "days": days,
        "story": coming.story(place),
        "lately": around.lately(place),
        "language": wording.language(),
    }


def _place(subject: str) -> tuple[str, Ground | None]:
    seed = f"{tenant().server_id} {coming.on_the_road()}"
    if subject != EVERYBODY:
        place = gamedata.game_map(subject, field="map").name
        ground = coming.ground(place, seed=seed)
        if ground is None:
            raise Invalid(
                f"{place} has no room to walk in, or its cells are not known", field="map"
            )
        return place, ground
    for place, _number in around.busiest()[:PLACES]:
        if gamedata.map_exists(place) and (ground := coming.ground(place, seed=seed)):
            return place, ground
    return "", None


def decide(facts: Facts, random: Random) -> Newcomer:
    """A trade the place has use for, traits by the trade, the rest by the traits
    (world/roaming/persons.py)."""
    free = [name for name in persons.NAMES if name not in facts["taken"]]
    if not facts["ground"] or facts["room"] < 1 or not free:
        return Newcomer()
    name = random.choice(free)
    role = facts["role"] or persons.trade(facts["happened"], facts["there"], random)
    traits = dict(temperament(f"{facts['map']}/{name}", role))
    return Newcomer(
        name=name,
        role=role,
        **traits,
        alignment=Alignment(persons.alignment(traits)),
        mood=Emotion(persons.mood(traits)),
        speech_style=persons.speech(traits),
        background=facts["story"],
    )


def ask(facts: Facts) -> str:
    if not facts["ground"] or facts["room"] < 1:
        return ""
    happened = ", ".join(f"{kind} {number}" for kind, number in sorted(facts["happened"].items()))
    there = ", ".join(f"{number} {role}" for role, number in facts["there"].items())
    wished = facts["role"] or f"one of {', '.join(sorted(persons.NEEDS))}"
    return (
        f"Map: {facts['map']}\nHappened there within a week: {happened or 'little'}\n"
        f"Who lives there: {there or 'nobody'}\nTrade of the newcomer: {wished}\n"
        f"Stays {facts['days']} days.\nWhat went on of late:\n{around.told(facts['lately'])}\n"
        f"Language: {facts['language']}"
    )


def check(facts: Facts, found: Newcomer) -> None:
    if not found.name:
        return
    if not facts["ground"] or facts["room"] < 1:
        raise Invalid("there is no room for anybody", field="name")
    if found.name in facts["taken"]:
        raise Invalid(f"somebody is called {found.name!r} already", field="name")
    wording.checked(found.name, most=24, field="name")
    if set("/#:") & set(found.name) or naming.kinds(found.name) or naming.tricks(found.name):
        raise Invalid(f"{found.name!r} is no name", field="name")
    if facts["role"] and found.role != facts["role"]:
        raise Invalid(f"a {facts['role']} was asked for", field="role")
    if wrong := persons.faults(found.role, found.traits, found.alignment):
        raise Invalid("; ".join(wrong), field="traits")
    wording.checked(found.speech_style, most=150, field="speech_style")
    wording.checked(found.background, most=wording.TEXT, field="background")


def apply(subject: str, facts: Facts, found: Newcomer, changes: Changes) -> Mapping[str, Any]:
    if not found.name:
        if not facts["ground"]:
            changes.idle = reasons.NO_GROUND
        else:
            full = facts["room"] < 1
            changes.idle = reasons.NO_MORE_TRAVELLERS if full else reasons.NOBODY_COMES
        return {"npc": "", "event": None, "map": ""}
    persona = found.model_dump(exclude={"name"}) | {"sprite": coming.sprite(found.role)}
    npc, row = coming.come(
        found.name, map_name=facts["map"], ground=Ground(**facts["ground"]), persona=persona,
        days=facts["days"], changes=changes,
    )  # fmt: skip
    return {"npc": npc.key, "event": row.pk, "map": facts["map"], "role": npc.role}


AGENTS = (
    AgentSpec(
        key="dynamic_npc",
        group="procedural",
        purpose=_(
            "Brings a travelling character to a map, who keeps to its ground and goes again."
        ),
        may_change=_("One NPC, and one world event that tells the map-server of it."),
        calls=("Npcs.GenerateNpc",),
        output=Newcomer,
        gather=gather,
        decide=decide,
        check=check,
        ask=ask,
        apply=apply,
        subjects=everybody,
        every=timedelta(days=1),
        acted_on="npc_arrival",
    ),
)
