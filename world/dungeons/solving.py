"""Whether a dungeon can be solved, told from its rooms and doors alone and by another way than it
was made: walk, take the keys one finds, open what they open, until nothing new is reached. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import networkx as nx

from world.happenings.places import Door, Room


def reached(rooms: Sequence[Room], doors: Sequence[Door]) -> list[int]:
    """Numbers of the rooms one gets to from the first entrance, in an order that works."""
    begin = next((room.number for room in rooms if room.purpose == "entrance"), None)
    if begin is None:
        return []
    key_in = {room.number: room.key for room in rooms if room.key}
    order, held, grew = [begin], {key_in.get(begin, 0)}, True
    while grew:
        grew = False
        for door in doors:
            inside = (door.one in order, door.other in order)
            if any(inside) and not all(inside) and (not door.lock or door.lock in held):
                room = door.other if inside[0] else door.one
                order.append(room)
                held.add(key_in.get(room, 0))
                grew = True
    return order


def faults(rooms: Sequence[Room], doors: Sequence[Door]) -> list[str]:
    """Why nobody could play it; empty if one can."""
    return list(_faults(rooms, doors))


def _faults(rooms: Sequence[Room], doors: Sequence[Door]) -> Iterator[str]:
    by_number = {room.number: room for room in rooms}
    if len(by_number) != len(rooms):
        yield "two rooms have one number"
    if any(door.one not in by_number or door.other not in by_number for door in doors):
        yield "a door leads nowhere"
        return
    for purpose in ("entrance", "boss"):
        if sum(room.purpose == purpose for room in rooms) != 1:
            yield f"there is not exactly one {purpose}"
    last = max((room.floor for room in rooms), default=0)
    if any(room.purpose == "boss" and room.floor != last for room in rooms):
        yield "the boss is not on the last floor"
    if any(abs(by_number[one.one].floor - by_number[one.other].floor) > 1 for one in doors):
        yield "a door skips a floor"
    locks = sorted(door.lock for door in doors if door.lock)
    keys = sorted(room.key for room in rooms if room.key)
    if len(set(locks)) != len(locks) or keys != locks:
        yield "locks and keys are not one for one"
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(by_number)
    graph.add_edges_from((door.one, door.other) for door in doors)
    if not by_number or not nx.is_connected(graph):
        yield "it is not connected"
    if missing := set(by_number) - set(reached(rooms, doors)):
        yield f"rooms {sorted(missing)} cannot be reached"
