"""Kinds of world events that are tales: chains and their steps, problems, finds, arrivals. What
decides about them is counted from the game's own reports."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from world.happenings.data import Cell, Data, Key, MapName

Measure = Literal["kill", "mvp_kill", "trade", "item_pick", "map_change", "deed"]
"""What is counted: monsters, MVPs, deals and sales, pieces picked up, arrivals on the map, deeds
for a faction."""
FEWEST_STEPS, MOST_STEPS = 3, 7
StepKey = Annotated[str, Field(pattern=r"^s[1-7]$")]
Part = Literal["opening", "rising", "climax", "triumph", "downfall"]
Title = Annotated[str, Field(min_length=1, max_length=120)]
Text = Annotated[str, Field(min_length=1, max_length=700)]
Many = Annotated[int, Field(ge=1, le=1_000_000)]
Hours = Annotated[int, Field(ge=1, le=72)]


class Wanted(Data):
    """What is to be counted until `goal`."""

    measure: Measure
    target: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    """Monster or item; 0: any."""
    faction: Annotated[str, Field(max_length=60)] = ""
    """Key, of deeds."""
    goal: Many


class Step(Data):
    key: StepKey
    part: Part
    title: Title
    text: Text
    wanted: Wanted | None = None
    """None: an ending, which only time ends."""
    hours: Hours
    done: StepKey | Literal[""] = ""
    """What comes when the goal is reached in time; empty: the chain is over."""
    missed: StepKey | Literal[""] = ""


class Passed(Data):
    step: StepKey
    outcome: Literal["done", "missed"]
    count: Annotated[int, Field(ge=0)] = 0


class Chain(Data):
    theme: Annotated[str, Field(max_length=20)]
    steps: Annotated[list[Step], Field(min_length=FEWEST_STEPS, max_length=MOST_STEPS)]
    at: StepKey | Literal[""] = "s1"
    """The step that goes on; empty: it is over."""
    path: Annotated[list[Passed], Field(max_length=MOST_STEPS)] = Field(default_factory=list)


class ChainStep(Data):
    part_of: Annotated[int, Field(ge=1)]
    """The chain's event."""
    step: StepKey
    part: Part
    wanted: Wanted | None = None


class Problem(Data):
    cause: Literal["shortage", "surge", "feud", "slump"]
    wanted: Wanted
    lately: float
    usual: float
    """The figures it was drawn from."""
    solved: bool | None = None
    """None: not yet decided."""
    count: Annotated[int, Field(ge=0)] = 0
    """At its end."""


class Find(Data):
    layer: Annotated[int, Field(ge=1, le=9)]
    """From the surface."""
    depth_cm: Annotated[int, Field(ge=0, le=2_000)]
    object: Annotated[str, Field(max_length=40)]
    era: Annotated[str, Field(max_length=40)]
    earliest: Annotated[int, Field(ge=0, le=10_000)]
    latest: Annotated[int, Field(ge=0, le=10_000)]
    """Between so many years ago it came to lie there."""
    x: Cell = 0
    y: Cell = 0


class Arrival(Data):
    npc: Key
    """Stable key."""
    name: Annotated[str, Field(min_length=1, max_length=50)]
    sprite: Annotated[str, Field(max_length=40)]
    map: MapName
    x: Cell
    y: Cell
    left: Cell
    bottom: Cell
    right: Cell
    top: Cell
    """The rectangle it keeps to."""


TYPES: dict[str, type[Data]] = {
    "chain": Chain,
    "chain_step": ChainStep,
    "problem": Problem,
    "find": Find,
    "npc_arrival": Arrival,
}
