"""Who waits in which room: harder with each step from the entrance, and as hard as the party is
strong. The curve is that of flow (Csikszentmihalyi, Flow, 1990; Chen, Flow in games, CACM 50,
2007): below one's strength at first, above it at the end. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

import networkx as nx

from world.dungeons.layout import Layout
from world.happenings.places import Door, Purpose, Room

BELOW, ABOVE = 6, 4
"""Levels under and over the party's, at the entrance and before the boss."""
BOSS_ABOVE = 6
MOST_IN_A_ROOM = 10
REST_EVERY = 5
"""One room in so many, at most, has nobody in it."""


@dataclass(frozen=True, kw_only=True)
class Party:
    level: int
    members: int


@dataclass(frozen=True, kw_only=True)
class Floor:
    map_name: str
    places: Sequence[tuple[int, int]]
    """Cells of its rooms; fewer than rooms: the rest is anywhere."""


def wished(party: Party, depth: float) -> int:
    """Level of the monsters so deep (0 the entrance, 1 the boss)."""
    return max(round(party.level - BELOW + (BELOW + ABOVE) * depth), 1)


def amount(party: Party, depth: float) -> int:
    """How many of them: two for one alone at the entrance, more for more and deeper."""
    return min(max(round((1 + party.members) * (0.75 + 0.75 * depth)), 1), MOST_IN_A_ROOM)


def nearest(level: int, monsters: Mapping[int, int], random: Random) -> int:
    """One of the monsters (id -> level) whose level is nearest, of equals by chance."""
    best = min(abs(of - level) for of in monsters.values())
    return random.choice(sorted(one for one, of in monsters.items() if abs(of - level) == best))


def filled(
    plan: Layout, floors: Sequence[Floor], party: Party, monsters: Mapping[int, int], boss: int,
    random: Random,
) -> tuple[list[Room], list[Door]]:  # fmt: skip
    """`floors`: one for each of the layout's; `monsters`: id -> level, at least one."""
    away = nx.single_source_shortest_path_length(plan.graph, plan.entrance)
    furthest = max(away.values()) or 1
    places = {number: list(floor.places) for number, floor in enumerate(floors, 1)}
    resting = 0
    rooms = []
    for number in sorted(plan.graph):
        depth = away[number] / furthest
        x, y = places[plan.floor[number]].pop() if places[plan.floor[number]] else (0, 0)
        purpose = _purpose(plan, number)
        if purpose == "fight" and resting < number // REST_EVERY and random.random() < 0.5:
            purpose, resting = "rest", resting + 1
        guarded = purpose in ("fight", "key", "stairs")
        rooms.append(
            Room(
                number=number, floor=plan.floor[number],
                map=floors[plan.floor[number] - 1].map_name, x=x, y=y, purpose=purpose,
                monster_id=boss if purpose == "boss"
                else nearest(wished(party, depth), monsters, random) if guarded else 0,
                amount=1 if purpose == "boss" else amount(party, depth) if guarded else 0,
                key=plan.keys.get(number, 0),
            )
        )  # fmt: skip
    doors = [
        Door(one=one, other=other, lock=data["lock"])
        for one, other, data in sorted(plan.graph.edges(data=True), key=lambda edge: edge[:2])
    ]
    return rooms, doors


def _purpose(plan: Layout, number: int) -> Purpose:
    if number == plan.entrance:
        return "entrance"
    if number == plan.boss:
        return "boss"
    if number in plan.keys:
        return "key"
    return "stairs" if number in plan.exits else "fight"


def threat(rooms: Sequence[Room], levels: Mapping[int, int]) -> int:
    """Levels of all who wait there together."""
    return sum(levels[room.monster_id] * room.amount for room in rooms if room.monster_id)
