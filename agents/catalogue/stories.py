"""Chains of events, and the problem of the day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from random import Random
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, Field

from agents import reasons
from agents.spec import EVERYBODY, AgentSpec, Asked, Facts, everybody, read
from aiworld.changes import Changes
from aiworld.errors import Invalid
from npcs.quoting import quoted
from world.chains import advancing, candidates, graph, telling, weaving
from world.chains.weaving import CHANCES, Hardness
from world.happenings import around, conflicts, planning, wording
from world.happenings.tales import FEWEST_STEPS, MOST_STEPS, Part, Step, StepKey, Wanted
from world.problems import figures, settling
from world.problems import telling as problems
from world.problems.figures import Trouble

NO_CAUSE = {"event": None, "map": ""}


class WovenStep(BaseModel):
    key: StepKey
    part: Part
    title: str = Field(max_length=wording.TITLE)
    text: str = Field(max_length=wording.TEXT)
    hard: Hardness = "fair"
    hours: int = Field(ge=1, le=72)
    done: StepKey | Literal[""] = ""
    missed: StepKey | Literal[""] = ""


class Woven(BaseModel):
    number: int = Field(ge=0)
    """Of the places that were given, from 1; 0: none of them."""
    title: str = Field(default="", max_length=wording.TITLE)
    steps: list[WovenStep] = Field(default_factory=list, max_length=MOST_STEPS)


class Wished(Asked):
    theme: str = ""
    steps: int = 0


def gather_chain(subject: str, asked: Facts) -> Facts:
    """`subject` is a map, or EVERYBODY for the best of all; asked as Wished."""
    wished = read(Wished, asked)
    theme, steps = wished.theme, wished.steps
    if theme and theme not in telling.THEMES:
        raise Invalid(f"theme must be one of {', '.join(telling.THEMES)}", field="theme")
    if steps and not FEWEST_STEPS <= steps <= MOST_STEPS:
        raise Invalid(f"a chain has {FEWEST_STEPS} to {MOST_STEPS} steps", field="steps")
    map_name = "" if subject == EVERYBODY else around.known_map(subject)
    return {
        "places": candidates.places(map_name=map_name, theme=theme),
        "steps": steps,
        "lately": around.lately(map_name),
        "language": wording.language(),
    }


def weave(facts: Facts, random: Random) -> Woven:
    """The place where most happens; episodes whose outcomes decide (world/chains/weaving.py)."""
    if not facts["places"]:
        return Woven(number=0)
    place = facts["places"][0]
    steps, seen = [], dict[str, int]()
    for one in weaving.weave(facts["steps"] or weaving.steps_for(place["rate"])):
        number = seen[one.part] = seen.get(one.part, -1) + 1
        title, text = telling.words(place["theme"], one.part, number, map_name=place["map"])
        steps.append(
            WovenStep(
                key=one.key, part=one.part, title=title, text=text, hard=one.hard,
                hours=one.hours, done=one.done or "", missed=one.missed or "",
            )
        )  # fmt: skip
    return Woven(number=1, title=telling.title(place["theme"], map_name=place["map"]), steps=steps)


def ask_chain(facts: Facts) -> str:
    if not facts["places"]:
        return ""
    lines = [
        f"{number}. {one['map']}, theme {one['theme']}: players decide by {one['measure']}, "
        f"{one['rate']:.1f} in an hour there"
        for number, one in enumerate(facts["places"], start=1)
    ]
    steps = facts["steps"] or f"{FEWEST_STEPS} to {MOST_STEPS}"
    return (
        "Places:\n" + "\n".join(lines) + f"\nSteps: {steps}\nWhat went on of late:\n"
        f"{around.told(facts['lately'])}\nLanguage: {facts['language']}"
    )


def check_chain(facts: Facts, found: Woven) -> None:
    if found.number > len(facts["places"]):
        raise Invalid(f"there are {len(facts['places'])} places", field="number")
    if not found.number:
        return
    if facts["steps"] and len(found.steps) != facts["steps"]:
        raise Invalid(f"{facts['steps']} steps were asked for", field="steps")
    if wrong := graph.faults(found.steps):
        raise Invalid("; ".join(wrong), field="steps")
    wording.title(found.title)
    for step in found.steps:
        wording.title(step.title)
        wording.tale(step.text)


def apply_chain(subject: str, facts: Facts, found: Woven, changes: Changes) -> Mapping[str, Any]:
    if not found.number:
        changes.idle = reasons.NONE_TOLD if facts["places"] else reasons.NO_PLACE
        return NO_CAUSE
    place = facts["places"][found.number - 1]
    row = advancing.begin(
        wording.title(found.title),
        theme=place["theme"],
        steps=[_step(step, place) for step in found.steps],
        map_name=place["map"],
        changes=changes,
    )
    return {"event": row.pk, "map": row.map_name, "theme": place["theme"]}


def _step(woven: WovenStep, place: Mapping[str, Any]) -> Step:
    """How much is to be done is the rules', whoever wove it."""
    wanted = None
    if woven.part not in graph.ENDINGS:
        most = weaving.goal(place["rate"], woven.hours, CHANCES[woven.hard])
        wanted = Wanted(measure=place["measure"], goal=min(most, 1_000_000))
    return Step(
        key=woven.key, part=woven.part, title=wording.title(woven.title),
        text=wording.tale(woven.text), wanted=wanted, hours=woven.hours, done=woven.done,
        missed=woven.missed,
    )  # fmt: skip


class Chosen(BaseModel):
    number: int = Field(ge=0)
    """Of the troubles that were given, from 1; 0: none of them."""
    title: str = Field(default="", max_length=wording.TITLE)
    text: str = Field(default="", max_length=400)


def gather_problem(subject: str, asked: Facts) -> Facts:
    """`subject` is a map, or EVERYBODY for the whole server."""
    read(Asked, asked)
    map_name = "" if subject == EVERYBODY else around.known_map(subject)
    found = [one for one in figures.troubles(map_name=map_name) if _fits(one)]
    return {
        "troubles": [_told(one) for one in found],
        "lately": around.lately(map_name),
        "language": wording.language(),
    }


def _fits(trouble: Trouble) -> bool:
    told = settling.happening(trouble, title="x", text="x")
    return trouble.strength > 0 and conflicts.fits(planning.checked(told, made_by="world"))


def _told(trouble: Trouble) -> dict[str, Any]:
    title, text = problems.words(trouble.cause, name=trouble.name, map_name=trouble.map_name)
    return {
        "cause": trouble.cause, "map": trouble.map_name, "name": trouble.name,
        "strength": trouble.strength, "lately": float(trouble.lately),
        "usual": float(trouble.usual), "severity": trouble.severity,
        "wanted": trouble.wanted.model_dump(), "title": title, "text": text,
    }  # fmt: skip


def choose(facts: Facts, random: Random) -> Chosen:
    """The worst, by how far it stands out (world/problems/figures.py)."""
    if not facts["troubles"]:
        return Chosen(number=0)
    worst = facts["troubles"][0]
    return Chosen(number=1, title=worst["title"], text=worst["text"])


def ask_problem(facts: Facts) -> str:
    if not facts["troubles"]:
        return ""
    lines = [
        f"{number}. {one['cause']} of {quoted(one['name'] or 'monsters')} on "
        f"{one['map'] or 'the whole server'}: {one['lately']:g}, usually {one['usual']:g}; "
        f"for example {quoted(one['title'])}"
        for number, one in enumerate(facts["troubles"], start=1)
    ]
    return (
        "Troubles:\n" + "\n".join(lines) + f"\nWhat went on of late:\n"
        f"{around.told(facts['lately'])}\nLanguage: {facts['language']}"
    )


def check_problem(facts: Facts, found: Chosen) -> None:
    if found.number > len(facts["troubles"]):
        raise Invalid(f"there are {len(facts['troubles'])} troubles", field="number")
    if found.number:
        wording.title(found.title)
        wording.tale(found.text)


def apply_problem(subject: str, facts: Facts, found: Chosen, changes: Changes) -> Mapping[str, Any]:
    if not found.number:
        changes.idle = reasons.NO_TROUBLE_CHOSEN if facts["troubles"] else reasons.NO_TROUBLE
        return NO_CAUSE
    one = facts["troubles"][found.number - 1]
    trouble = Trouble(
        cause=one["cause"], map_name=one["map"], wanted=Wanted(**one["wanted"]),
        strength=one["strength"], lately=one["lately"], usual=one["usual"], name=one["name"],
        severity=one["severity"],
    )  # fmt: skip
    title, text = wording.title(found.title), wording.tale(found.text)
    row = settling.begin(trouble, title=title, text=text, changes=changes)
    return {
        "event": row.pk, "map": row.map_name, "cause": trouble.cause,
        "strength": trouble.strength, "lately": trouble.lately, "usual": trouble.usual,
    }  # fmt: skip


AGENTS = (
    AgentSpec(
        key="problem",
        group="procedural",
        purpose=_("Finds what is wrong in the world and what would end it, once a day."),
        may_change=_("One world event of the kind problem, which ends when players have done it."),
        calls=("World.GenerateProblem",),
        output=Chosen,
        gather=gather_problem,
        decide=choose,
        check=check_problem,
        ask=ask_problem,
        apply=apply_problem,
        subjects=everybody,
        every=timedelta(days=1),
    ),
    AgentSpec(
        key="event_chain",
        group="advanced",
        purpose=_("Tells a story of three to seven steps; what players do decides its way."),
        may_change=_("One world event of the kind chain, and one for each step as it begins."),
        calls=("World.GenerateEventChain",),
        output=Woven,
        gather=gather_chain,
        decide=weave,
        check=check_chain,
        ask=ask_chain,
        apply=apply_chain,
    ),
)
