"""The graph of a dungeon, drawn from a seed.

Each floor is a uniform spanning tree of a grid (Wilson, Generating random spanning trees more
quickly than the cover time, STOC 1996) with a few doors more, so that there is a way round. Locks
are put on doors that every way to the exit needs, and each key where one comes before its lock
(Dormans, Adventures in level design, PCG workshop at FDG 2010): so there always is an order in
which all opens. Pure; rooms are numbered from 1."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import TypeAlias, cast

import networkx as nx

FLOORS, ROOMS = (1, 5), (4, 12)
"""From, to; rooms are those of one floor."""
LOCKS = 3
"""Of one floor, at most."""
LOOPS = 0.2
"""Of the doors that a floor's tree left out, so many are there all the same."""
Graph: TypeAlias = "nx.Graph[int]"


@dataclass(frozen=True)
class Layout:
    graph: Graph
    """Edges carry `lock`, 0 where the door is open."""
    floor: dict[int, int]
    """Room -> floor, from 1."""
    entrance: int
    exits: list[int]
    """Of each floor: its stairs down; of the last: where the boss is."""
    keys: dict[int, int] = field(default_factory=dict)
    """Room -> lock that its key opens."""

    @property
    def boss(self) -> int:
        return self.exits[-1]


def layout(*, floors: int, rooms: int, locks: int, random: Random) -> Layout:
    """So many floors of so many rooms, with up to so many locks each. Numbers out of bounds are
    brought within them."""
    floors = min(max(floors, FLOORS[0]), FLOORS[1])
    rooms = min(max(rooms, ROOMS[0]), ROOMS[1])
    whole: Graph = nx.Graph()
    floor_of: dict[int, int] = {}
    keys: dict[int, int] = {}
    exits: list[int] = []
    entrances: list[int] = []
    for number in range(1, floors + 1):
        part = nx.relabel_nodes(
            _floor(rooms, random), {room: room + len(whole) + 1 for room in range(rooms)}
        )
        begin = random.choice(sorted(part))
        end = _furthest(part, begin)
        taken = max(keys.values(), default=0)
        keys |= _lock(part, begin, end, min(max(locks, 0), LOCKS), taken, random)
        whole.update(part)
        floor_of |= dict.fromkeys(part, number)
        if exits:
            whole.add_edge(exits[-1], begin, lock=0)
        entrances.append(begin)
        exits.append(end)
    return Layout(whole, floor_of, entrances[0], exits, keys)


def _floor(rooms: int, random: Random) -> Graph:
    """Connected, on a grid that is about square."""
    wide = max(round(rooms**0.5), 1)
    grid: Graph = nx.Graph()
    for room in range(rooms):
        grid.add_node(room)
        if room % wide:
            grid.add_edge(room - 1, room)
        if room >= wide:
            grid.add_edge(room - wide, room)
    tree: Graph = nx.Graph()
    tree.add_nodes_from(grid)
    tree.add_edges_from(_spanning(grid, random), lock=0)
    for one, other in sorted(grid.edges):
        if not tree.has_edge(one, other) and random.random() < LOOPS:
            tree.add_edge(one, other, lock=0)
    return tree


def _spanning(grid: Graph, random: Random) -> Iterator[tuple[int, int]]:
    """Wilson: walk at random until what is there already, without the loops of the walk."""
    there = {random.choice(sorted(grid))}
    for room in sorted(grid):
        leaves: dict[int, int] = {}
        at = room
        while at not in there:
            leaves[at] = random.choice(sorted(grid[at]))
            at = leaves[at]
        at = room
        while at not in there:
            there.add(at)
            yield at, leaves[at]
            at = leaves[at]


def _furthest(part: Graph, begin: int) -> int:
    away = nx.single_source_shortest_path_length(part, begin)
    return int(max(sorted(away), key=lambda room: away[room]))


def _lock(
    part: Graph, begin: int, end: int, locks: int, taken: int, random: Random
) -> dict[int, int]:
    """Locks on doors that every way to the end needs, the nearest to the beginning first; each key
    in a room one reaches without that door, an empty one, rather a dead end."""
    bridges = {frozenset(edge) for edge in cast("Iterator[tuple[int, int]]", nx.bridges(part))}
    way = nx.shortest_path(part, begin, end)
    needed = [(a, b) for a, b in zip(way, way[1:], strict=False) if {a, b} in bridges]
    chosen = sorted(random.sample(range(len(needed)), min(locks, len(needed))))
    keys: dict[int, int] = {}
    lock = taken
    for a, b in (needed[at] for at in chosen):
        before = nx.Graph(part)
        before.remove_edge(a, b)
        near = nx.node_connected_component(before, begin) - {begin, *keys}
        if not near:
            continue
        lock += 1
        part.edges[a, b]["lock"] = lock
        ends = sorted(room for room in near if part.degree[room] == 1)
        keys[random.choice(ends or sorted(near))] = lock
    return keys
