"""Cells of maps: where one can stand."""

from __future__ import annotations

import random
import zlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from world.gamedata.state import unknown
from world.models import GameMap

Place = tuple[int, int]
TRIES = 400
MARGIN = 3
"""Cells from the map's edge that nothing is put on."""


def is_walkable(map_name: str, x: int, y: int) -> bool:
    """False too where the map's cells are not known. Raises Invalid for an unknown map."""
    found = _map(map_name)
    bits = _bits(found)
    return bits is not None and _open(found, bits, x, y)


def walkable_places(map_name: str, count: int, *, seed: str) -> list[Place]:
    """At most `count` different cells, spread at random (the same for the same `seed`), each with
    its neighbours walkable. Empty where the map's cells are not known. Raises Invalid for an
    unknown map."""
    found = _map(map_name)
    bits = _bits(found)
    if bits is None or not found.width or not found.height:
        return []
    chance = random.Random(f"{map_name}:{seed}")  # noqa: S311  # nosec B311: no secret
    places: dict[Place, None] = {}
    for _ in range(TRIES * max(count, 1)):
        if len(places) >= count:
            break
        x = chance.randrange(MARGIN, max(found.width - MARGIN, MARGIN + 1))
        y = chance.randrange(MARGIN, max(found.height - MARGIN, MARGIN + 1))
        if all(_open(found, bits, x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)):
            places[x, y] = None
    return list(places)


@dataclass(frozen=True)
class Territory:
    """What can be walked to from a place without leaving it."""

    cells: int
    left: int
    bottom: int
    right: int
    top: int


def territory(map_name: str, place: Place, *, radius: int) -> Territory | None:
    """Within `radius` cells of the place to each side. None where one cannot stand there, or the
    map's cells are not known. Raises Invalid for an unknown map."""
    found = _map(map_name)
    bits = _bits(found)
    if bits is None or not _open(found, bits, *place):
        return None
    cells = reachable(place, radius, lambda x, y: _open(found, bits, x, y))
    xs, ys = [x for x, _ in cells], [y for _, y in cells]
    return Territory(len(cells), min(xs), min(ys), max(xs), max(ys))


def reachable(start: Place, radius: int, is_open: Callable[[int, int], bool]) -> set[Place]:
    """By steps to the four sides over open cells, at most `radius` away to each side: a flood fill.
    `start` is open."""
    found, waiting = {start}, deque([start])
    while waiting:
        x, y = waiting.popleft()
        for cell in ((x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)):
            near = abs(cell[0] - start[0]) <= radius and abs(cell[1] - start[1]) <= radius
            if near and cell not in found and is_open(*cell):
                found.add(cell)
                waiting.append(cell)
    return found


def _map(name: str) -> GameMap:
    found = GameMap.objects.filter(pk=name).first()
    if found is None:
        raise unknown(f"map {name[:24]!r}", field="map_name")
    return found


def _bits(found: GameMap) -> bytes | None:
    return zlib.decompress(found.cells) if found.cells else None


def _open(found: GameMap, bits: bytes, x: int, y: int) -> bool:
    width, height = found.width or 0, found.height or 0
    if not (0 <= x < width and 0 <= y < height):
        return False
    at = y * width + x
    return bool(bits[at // 8] & (0x80 >> at % 8))
