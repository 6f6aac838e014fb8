"""What a hazard of some strength does: bounded, and never on the whole of a map."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from math import isqrt

from world.happenings.places import MOST_AREAS, MOST_HURT, MOST_SLOWED, WIDEST

HURTS = {
    "flood": 0.4, "landslide": 0.8, "lightning": 1.0, "wildfire": 0.9, "heat": 0.5,
    "blizzard": 0.6, "avalanche": 1.0, "dust": 0.3, "blinding_fog": 0.0, "cave_in": 0.8,
    "miasma": 0.7,
}  # fmt: skip
"""Share of MOST_HURT at full strength."""
SLOWS = {
    "flood": 1.0, "landslide": 0.5, "lightning": 0.0, "wildfire": 0.2, "heat": 0.7,
    "blizzard": 1.0, "avalanche": 0.8, "dust": 0.7, "blinding_fog": 0.6, "cave_in": 0.4,
    "miasma": 0.3,
}  # fmt: skip
STRONGEST = 9
COVERED = 0.2
"""Of the cells one can stand on, at most: there is always a way round."""
SHORTEST, LONGEST = 10, 120
"""Minutes."""


def hurt(kind: str, strength: int) -> int:
    """Percent of HP in ten seconds, 0-MOST_HURT."""
    return round(MOST_HURT * HURTS[kind] * strength / STRONGEST)


def slowed(kind: str, strength: int) -> int:
    """Percent of speed, 0-MOST_SLOWED."""
    return round(MOST_SLOWED * SLOWS[kind] * strength / STRONGEST)


def lasts(strength: int) -> timedelta:
    return timedelta(minutes=min(max(10 + 10 * strength, SHORTEST), LONGEST))


def spots(strength: int) -> int:
    """How many areas, 1-MOST_AREAS."""
    return min(1 + strength // 2, MOST_AREAS)


def radius(walkable: int, number: int) -> int:
    """Of each of so many areas, so that together they cover no more than COVERED."""
    side = isqrt(max(int(COVERED * walkable) // max(number, 1), 1))
    return min(max((side - 1) // 2, 0), WIDEST)


def areas(places: Sequence[tuple[int, int]], walkable: int, strength: int) -> list[dict[str, int]]:
    """Around these places; none where there is no room for any."""
    chosen = list(places)[: spots(strength)]
    if not chosen or COVERED * walkable < len(chosen):
        return []
    wide = radius(walkable, len(chosen))
    return [{"x": x, "y": y, "radius": wide} for x, y in chosen]
