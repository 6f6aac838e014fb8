"""Ground for the maps of the small realm that looks like some, for the pictures."""

from __future__ import annotations

import random
import zlib
from functools import cache

import numpy as np

from tests.world.realm import MAPS
from world.models import GameMap

SIDE = 160
ROUNDS, REACH = 4, 4
WIDE = 2 * REACH + 1


@cache
def land(name: str) -> np.ndarray:
    """By a cellular automaton from noise: caves are narrower than fields."""
    dice = np.random.default_rng(list(name.encode()))
    cells = dice.random((SIDE, SIDE)) > (0.52 if "dun" in name else 0.47)
    for _ in range(ROUNDS):
        around = np.pad(cells.astype(int), REACH)
        near = sum(around[y : y + SIDE, x : x + SIDE] for y in range(WIDE) for x in range(WIDE))
        cells = near > WIDE * WIDE / 2
    cells[:3] = cells[-3:] = cells[:, :3] = cells[:, -3:] = False
    return cells


def widen() -> None:
    for name in MAPS:
        cells = land(name)
        GameMap.objects.filter(pk=name).update(
            width=SIDE, height=SIDE, walkable=int(cells.sum()),
            cells=zlib.compress(np.packbits(cells).tobytes()),
        )  # fmt: skip


def some_cell(name: str, seed: str) -> tuple[int, int]:
    """A walkable one, more often near two spots of the map than elsewhere."""
    dice = random.Random(seed)
    ys, xs = np.nonzero(land(name))
    if dice.random() < 0.7:
        spot = random.Random(f"{name}{dice.randrange(2)}").randrange(len(xs))
        near = np.argsort((xs - xs[spot]) ** 2 + (ys - ys[spot]) ** 2)[:250]
        at = int(near[dice.randrange(len(near))])
    else:
        at = dice.randrange(len(xs))
    return int(xs[at]), int(ys[at])
