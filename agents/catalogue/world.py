"""The world itself: how tense it is, and which of the other agents it calls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from random import Random
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, Field

from agents import orders, reasons
from agents.models import AgentSetting
from agents.spec import EVERYBODY, AgentSpec, Asked, Facts, everybody, read
from aiworld.changes import Changes
from aiworld.errors import Invalid
from tenants.context import tenant
from world import gamedata, states, stock, tension
from world.chains import candidates
from world.happenings import around, causes, limits, making
from world.happenings.conflicts import GRIM
from world.models import ActivityHour, WorldEvent
from world.problems import figures
from world.roaming import coming
from world.tension import Phase

MOST = 2
"""Agents that one run calls."""
TROUBLES = (*sorted(GRIM), "problem", "chain_step")
CALM = ("world_event", "dynamic_npc")
"""Agents that may be called while the world is tense."""
KINDS = {"event_chain": "chain", "problem": "problem", "dynamic_npc": "npc_arrival",
         "world_event": "market"}  # fmt: skip
"""By what an agent makes, for the day's budget."""
RESTS = {
    "event_chain": timedelta(hours=18),
    "problem": timedelta(hours=18),
    "dynamic_npc": timedelta(days=2),
}
"""After the last one of its kind."""
WORTH = {"problem": 1.0, "event_chain": 0.9, "world_event": 0.7, "dynamic_npc": 0.4}


class Plan(BaseModel):
    phase: Phase
    numbers: list[int] = Field(default_factory=list, max_length=MOST)
    """Of the calls that were given, from 1."""


def gather(subject: str, asked: Facts) -> Facts:
    """Of EVERYBODY only."""
    read(Asked, asked)
    if subject != EVERYBODY:
        raise Invalid(f"the world is one: the subject is {EVERYBODY}", field="subject")
    now = timezone.now()
    row = states.latest([states.WORLD], now=now).get(states.WORLD)
    flags = row.state.get("flags") if row and isinstance(row.state, dict) else None
    told = flags if isinstance(flags, dict) else {}
    before = told.get("tension")
    active = WorldEvent.objects.filter(status="active", kind__in=TROUBLES, retracted=False)
    deaths, usual = _deaths()
    off = AgentSetting.objects.filter(is_on=False).values_list("agent", flat=True)
    left = limits.budget() - limits.spent()
    calls = sorted(_calls(set(off)), key=lambda one: (-one["worth"], one["agent"], one["map"]))
    return {
        "tension": tension.tension(
            severities=list(active.values_list("severity", flat=True)[:50]),
            deaths=deaths, usual_deaths=usual,
        ),
        "before": before if before in tension.PHASES else None,
        "hours_since": _hours(told.get("tension_since")),
        "budget_left": left,
        "calls": [one for one in calls if one["costs"] <= left],
        "lately": around.lately(),
    }  # fmt: skip


def _hours(since: object) -> float:
    """Of the phase; it is kept as seconds since 1970."""
    if not isinstance(since, int | float):
        return 1_000.0
    return max((timezone.now().timestamp() - since) / 3_600, 0.0)


def _deaths() -> tuple[float, float]:
    """Within six hours, and usually in a time as long."""
    now = timezone.now()
    deaths = ActivityHour.objects.filter(kind="death", hour__gt=now - causes.BEFORE)
    counted = list(deaths.values_list("hour", "number"))
    lately = sum(number for hour, number in counted if hour > now - causes.LATELY)
    before = sum(number for hour, number in counted if hour <= now - causes.LATELY)
    return float(lately), before / ((causes.BEFORE - causes.LATELY) / causes.LATELY)


def _calls(off: set[str]) -> Iterator[dict[str, Any]]:
    """Agents that have something to do, where, and why."""
    found = [
        *(("problem", one.map_name or EVERYBODY, one.cause) for one in figures.troubles()[:1]
          if one.strength >= causes.LEAST),
        *(("event_chain", one["map"], one["theme"]) for one in candidates.places()[:1]),
        *(("world_event", one.map_name, one.kind) for one in causes.strongest()[:2]
          if making.fits(one)),
        *([("dynamic_npc", EVERYBODY, "room")] if gamedata.is_imported()
          and _wanted("dynamic_npc", "npc_arrival")
          and coming.on_the_road() < coming.most() else []),
    ]  # fmt: skip
    now = timezone.now()
    for agent, place, why in found:
        last = _last(KINDS[agent])
        rested = last is None or now - last >= RESTS.get(agent, timedelta(0))
        if agent not in off and rested:
            yield {"agent": agent, "map": place, "why": why, "worth": WORTH[agent],
                   "costs": limits.weight(KINDS[agent])}  # fmt: skip


def _wanted(agent: str, kind: str) -> bool:
    """Whether the map-server acts on what it makes, or the owner said how often it runs
    (`AgentSpec.acted_on`)."""
    return (
        kind in tenant().acts_on
        or AgentSetting.objects.filter(agent=agent, every__isnull=False).exists()
    )


def _last(kind: str) -> Any:
    rows = WorldEvent.objects.filter(kind=kind, retracted=False).order_by("-created_at")
    return rows.values_list("created_at", flat=True).first()


def decide(facts: Facts, random: Random) -> Plan:
    """Pacing by tension (world/tension.py); of the calls the worthiest that the budget carries."""
    phase = tension.phase(facts["before"], facts["tension"], hours_since=facts["hours_since"])
    left, numbers = facts["budget_left"], list[int]()
    for number, one in enumerate(facts["calls"], start=1):
        if len(numbers) < MOST and one["costs"] <= left and _may(phase, one["agent"]):
            numbers.append(number)
            left -= one["costs"]
    return Plan(phase=phase, numbers=numbers)


def _may(phase: Phase, agent: str) -> bool:
    return phase == "build_up" or (phase == "relax" and agent in CALM)


def ask(facts: Facts) -> str:
    if not facts["calls"]:
        return ""
    phase = tension.phase(facts["before"], facts["tension"], hours_since=facts["hours_since"])
    lines = [
        f"{number}. {one['agent']} on {one['map']}, because of {one['why']}; costs {one['costs']}"
        for number, one in enumerate(facts["calls"], start=1)
    ]
    return (
        f"Phase: {phase}\nTension: {facts['tension']:.2f} of 1\nBudget: {facts['budget_left']}\n"
        "Calls:\n" + "\n".join(lines) + f"\nWhat went on of late:\n{around.told(facts['lately'])}"
    )


def check(facts: Facts, plan: Plan) -> None:
    """The phase is by the rules; what is called is of the list, and within the budget."""
    due = tension.phase(facts["before"], facts["tension"], hours_since=facts["hours_since"])
    if plan.phase != due:
        raise Invalid(f"the phase is {due}", field="phase")
    if len(set(plan.numbers)) != len(plan.numbers):
        raise Invalid("a call is there twice", field="numbers")
    if any(not 1 <= number <= len(facts["calls"]) for number in plan.numbers):
        raise Invalid(f"there are {len(facts['calls'])} calls", field="numbers")
    chosen = [facts["calls"][number - 1] for number in plan.numbers]
    if sum(one["costs"] for one in chosen) > facts["budget_left"]:
        raise Invalid("that is more than the day's budget", field="numbers")
    if wrong := [one["agent"] for one in chosen if not _may(plan.phase, one["agent"])]:
        raise Invalid(f"{wrong[0]} is not called in the phase {plan.phase}", field="numbers")


def apply(subject: str, facts: Facts, plan: Plan, changes: Changes) -> Mapping[str, Any]:
    now = timezone.now()
    stock.take(now)
    if plan.phase != facts["before"]:
        flags = {"tension": plan.phase, "tension_since": int(now.timestamp())}
        states.note_flags(states.WORLD, flags, now=now, changes=changes)
    called = [facts["calls"][number - 1] for number in plan.numbers]
    window = f"world:{now:%Y-%m-%dT%H}"
    for one in called:
        orders.write(one["agent"], one["map"], window)
    changes.idle = reasons.CALLED_OTHERS if called else reasons.CALLED_NOBODY
    return {
        "phase": plan.phase,
        "tension": facts["tension"],
        "called": [{name: one[name] for name in ("agent", "map", "why")} for one in called],
        "window": window,
    }


AGENTS = (
    AgentSpec(
        key="world",
        group="core",
        purpose=_("Keeps the pace: sees how tense the world is, and calls other agents or waits."),
        may_change=_("The flag tension of the world's state; what it calls does the rest."),
        output=Plan,
        gather=gather,
        decide=decide,
        check=check,
        ask=ask,
        apply=apply,
        subjects=everybody,
        every=timedelta(hours=1),
    ),
)
