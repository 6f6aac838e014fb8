"""Kinds of world events that belong to one place: hazards, bosses, dungeons, treasures."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from world.happenings.data import Cell, Data, Id, Key, MapName

HazardName = Literal[
    "flood", "landslide", "lightning", "wildfire", "heat", "blizzard", "avalanche", "dust",
    "blinding_fog", "cave_in", "miasma",
]  # fmt: skip
Purpose = Literal["entrance", "stairs", "fight", "key", "boss", "rest"]
MOST_HURT, MOST_SLOWED = 5, 30
"""Percent of a character's HP in ten seconds, and of its speed."""
MOST_AREAS, WIDEST = 5, 8
MOST_ROOMS = 60
Words = Annotated[str, Field(min_length=1, max_length=300)]


class Area(Data):
    x: Cell
    y: Cell
    radius: Annotated[int, Field(ge=0, le=WIDEST)]
    """Cells to each side."""


class Hazard(Data):
    hazard: HazardName
    strength: Annotated[int, Field(ge=1, le=9)]
    hp_percent: Annotated[int, Field(ge=0, le=MOST_HURT)]
    """Lost every ten seconds by who stands in it, never the last one."""
    slow_percent: Annotated[int, Field(ge=0, le=MOST_SLOWED)]
    areas: Annotated[list[Area], Field(max_length=MOST_AREAS)]
    """Empty: all over the map; it hurts nobody then."""


class Boss(Data):
    monster_id: Id
    level: Annotated[int, Field(ge=1, le=999)]
    strength_percent: Annotated[int, Field(ge=40, le=400)]
    """HP and attack, of the monster's own."""
    x: Cell = 0
    y: Cell = 0


class Room(Data):
    number: Annotated[int, Field(ge=1, le=MOST_ROOMS)]
    floor: Annotated[int, Field(ge=1, le=5)]
    map: MapName
    x: Cell = 0
    y: Cell = 0
    purpose: Purpose
    monster_id: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    """0: nobody is there."""
    amount: Annotated[int, Field(ge=0, le=10)] = 0
    key: Annotated[int, Field(ge=0, le=20)] = 0
    """Of the lock it opens; 0: none."""


class Door(Data):
    one: Annotated[int, Field(ge=1, le=MOST_ROOMS)]
    other: Annotated[int, Field(ge=1, le=MOST_ROOMS)]
    lock: Annotated[int, Field(ge=0, le=20)] = 0
    """0: it is open."""


class Dungeon(Data):
    level: Annotated[int, Field(ge=1, le=999)]
    """Of the party it is made for."""
    members: Annotated[int, Field(ge=1, le=12)]
    rooms: Annotated[list[Room], Field(min_length=2, max_length=MOST_ROOMS)]
    doors: Annotated[list[Door], Field(min_length=1, max_length=2 * MOST_ROOMS)]


class Step(Data):
    map: MapName
    clue: Words


class Treasure(Data):
    npc: Key
    """Who keeps the reward."""
    level: Annotated[int, Field(ge=1, le=999)]
    steps: Annotated[list[Step], Field(min_length=2, max_length=5)]
    """To be entered in this order."""
    guardian_id: Id
    """Monster to be slain on the last map."""


TYPES: dict[str, type[Data]] = {
    "hazard": Hazard,
    "boss": Boss,
    "dungeon": Dungeon,
    "treasure": Treasure,
}
