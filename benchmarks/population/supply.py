"""Drop rates that an owner changes, and what plenty does to prices: in worlds whose setting has
`elasticity`. They draw from a generator of their own."""

from __future__ import annotations

import numpy as np

from benchmarks.population.people import Floats
from benchmarks.population.settings import Setting
from benchmarks.population.sittings import MAPS
from inference.learned.history import CODES, Rows

CHANGED = (0.5, 2.0)
"""Times what drops, on one map."""
LASTS = (10, 40)
"""Days."""
FELT, SLOW = 0.15, 0.012
"""Share of a day's supply in what traders feel, and in what they are used to."""
FEW = 3.0
"""Pieces that are always assumed, so that one piece more of a rare item is no flood."""


class Supply:
    """State that goes from day to day."""

    def __init__(self, setting: Setting, first_item: int) -> None:
        self._chance = np.random.default_rng([setting.seed, 25])
        self._setting, self._first = setting, first_item
        self.drops: Floats = np.ones(MAPS)
        """By map, times the usual."""
        self._left = np.zeros(MAPS, np.int64)
        self._usual: Floats = np.zeros(0)
        self._glut: Floats = np.zeros(setting.items)

    def turn(self) -> None:
        """A night passes: some drop rates are changed, others are what they were again."""
        if not self._setting.elasticity:
            return
        self._left = np.maximum(self._left - 1, 0)
        begins = (self._left == 0) & (self._chance.random(MAPS) < self._setting.drop_changes)
        self._left[begins] = self._chance.integers(*LASTS, int(begins.sum()))
        self.drops[begins] = self._chance.choice(CHANGED, int(begins.sum()))
        self.drops[self._left == 0] = 1.0

    def note(self, parts: list[Rows]) -> None:
        """What was found today."""
        if not self._setting.elasticity:
            return
        items = self._setting.items
        found = np.concatenate([
            part["target"][part["kind"] == CODES["item_pick"]] - self._first for part in parts
        ])  # fmt: skip
        counted = np.bincount(found[(found >= 0) & (found < items)], minlength=items) + FEW
        # With fewer players there are fewer buyers, too.
        picks: Floats = (counted / counted.mean()).astype(np.float64)
        if not len(self._usual):
            self._usual = picks
        self._usual = (1 - SLOW) * self._usual + SLOW * picks
        self._glut += FELT * (np.log(picks / self._usual) - self._glut)

    @property
    def cheaper(self) -> Floats:
        """By how much each item costs less than it is worth, in logarithms."""
        found: Floats = self._setting.elasticity * self._glut
        return found
