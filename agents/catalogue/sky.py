"""Weather: what the seasons bring, unless somebody orders another."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from math import ceil
from random import Random
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, Field

from agents import reasons
from agents.spec import EVERYBODY, AgentSpec, Asked, Facts, everybody, read
from aiworld.changes import Changes
from aiworld.errors import Invalid, OverQuota
from world.happenings import around
from world.weather import turning
from world.weather.climates import CLIMATES, WEATHERS
from world.weather.turning import Sky

MINUTES, SHORTEST, LONGEST = 180, 30, 24 * 60


class Turn(BaseModel):
    group: str = Field(max_length=40)
    weather: str = Field(max_length=20)
    minutes: int = Field(ge=1, le=2 * 24 * 60)


class Skies(BaseModel):
    turns: list[Turn] = Field(default_factory=list, max_length=len(CLIMATES))


class Ordered(Asked):
    weather: str = Field(max_length=20)
    minutes: int = Field(default=0, ge=0, le=2 * 24 * 60)
    """0: MINUTES."""


def gather(subject: str, asked: Facts) -> Facts:
    """Of a group: asked as Ordered; of EVERYBODY: the groups that have none just now."""
    if subject != EVERYBODY:
        return {"ordered": _ordered(subject, read(Ordered, asked))}
    read(Asked, asked)
    now = timezone.now()
    due = [
        {
            "group": one.group,
            "weather": one.weather,
            "minutes": min(max(ceil((one.until - now).total_seconds() / 60), 1), LONGEST),
            "possible": possible(one.group, now),
        }
        for one in turning.due(now)
    ]
    return {"due": due, "lately": around.lately()}


def _ordered(group: str, asked: Ordered) -> dict[str, Any]:
    if group not in CLIMATES:
        raise Invalid(f"there is no group {group!r}: {', '.join(CLIMATES)}", field="group")
    if asked.weather not in WEATHERS:
        raise Invalid(f"weather must be one of {', '.join(WEATHERS)}", field="weather")
    return {"group": group, "weather": asked.weather, "minutes": asked.minutes or MINUTES}


def possible(group: str, at: datetime) -> list[str]:
    """What the land has at that time of the year."""
    shares = CLIMATES[group].shares(at)
    return [name for name, share in zip(WEATHERS, shares, strict=True) if share > 0.005]


def decide(facts: Facts, random: Random) -> Skies:
    """As ordered, else as the Markov chain of the group has it (world/weather/chain.py)."""
    if ordered := facts.get("ordered"):
        return Skies(turns=[Turn(**ordered)])
    names = ("group", "weather", "minutes")
    return Skies(turns=[Turn(**{name: one[name] for name in names}) for one in facts["due"]])


def ask(facts: Facts) -> str:
    if not facts.get("due"):
        return ""
    lines = [
        f"- {one['group']}: the seasons bring {one['weather']} for {one['minutes']} minutes; "
        f"possible are {', '.join(one['possible'])}"
        for one in facts["due"]
    ]
    went_on = around.told(facts["lately"])
    return "Lands:\n" + "\n".join(lines) + f"\nWhat went on of late:\n{went_on}"


def check(facts: Facts, found: Skies) -> None:
    if ordered := facts.get("ordered"):
        if [turn.model_dump() for turn in found.turns] != [ordered]:
            raise Invalid("this weather was not ordered", field="turns")
        return
    due = {one["group"]: one for one in facts["due"]}
    if sorted(turn.group for turn in found.turns) != sorted(due):
        raise Invalid(f"each of {', '.join(due)} has one weather", field="group")
    for turn in found.turns:
        told = due[turn.group]
        if turn.weather not in {told["weather"], *told["possible"]}:
            raise Invalid(f"{turn.group} has no {turn.weather} at this season", field="weather")
        if turn.minutes != told["minutes"] and not SHORTEST <= turn.minutes <= LONGEST:
            raise Invalid(f"weather lasts {SHORTEST} to {LONGEST} minutes", field="minutes")


def apply(subject: str, facts: Facts, found: Skies, changes: Changes) -> Mapping[str, Any]:
    if facts.get("ordered"):
        [turn] = found.turns
        lasts = timedelta(minutes=turn.minutes)
        skies = [turning.order(turn.group, turn.weather, lasts=lasts, changes=changes)]
    else:
        skies = [sky for turn in found.turns if (sky := _turned(turn, changes))]
        turning.note_skies(turning.skies())
        changes.idle = _why_none(found)
    return {
        "skies": [
            {"group": sky.group, "weather": sky.weather, "until": sky.until.isoformat(),
             "event": sky.event_id}
            for sky in skies
        ]
    }  # fmt: skip


def _why_none(found: Skies) -> str:
    if found.turns:
        return reasons.NO_MORE_WEATHER
    return reasons.WEATHER_GOES_ON if turning.groups() else reasons.NO_LAND


def _turned(turn: Turn, changes: Changes) -> Sky | None:
    until = timezone.now() + timedelta(minutes=turn.minutes)
    try:
        return turning.turn(turn.group, turn.weather, until=until, changes=changes)
    except OverQuota:  # the owner allows no more weather today
        return None


AGENTS = (
    AgentSpec(
        key="weather_time",
        group="environment",
        purpose=_("Gives each land the weather of its season, and whatever weather is ordered."),
        may_change=_("One world event of the kind weather for each group of maps."),
        calls=("World.UpdateWeather",),
        output=Skies,
        gather=gather,
        decide=decide,
        check=check,
        ask=ask,
        apply=apply,
        taken_back=turning.note_again,
        subjects=everybody,
        every=timedelta(minutes=15),
    ),
)
