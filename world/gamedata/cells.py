"""Cells of maps: where one can stand."""

from __future__ import annotations

import random
import zlib

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
