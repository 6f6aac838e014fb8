"""Characters that follow another one: a second one of the same person, or somebody else at the same
computer. They draw from a generator of their own: a world without them is what it was."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
from numpy.typing import NDArray

from benchmarks.population.people import PERSON, Floats, Ints, People
from benchmarks.population.settings import Setting
from benchmarks.population.sittings import Sittings

Bools = NDArray[np.bool_]
Row = tuple[int, float, float, int, int]
"""Who, start, minutes, which of two persons, map."""
STRAYS = {"hour": 0.6, "length": 0.12, "pace": 0.12, "skill": 0.15}
TIMES = {"spread": 0.2, "rhythm": 0.1, "chat": 0.3, "trade": 0.4, "quests": 0.4, "mobility": 0.3}
"""What a second character has of its player, and how far it strays from that: by so much, or by the
exponential of so much."""
HOUSEMATES_HOUR = 1.5
"""Hours: who shares a computer comes home at about the same time."""
SOON = (1.0, 9.0)
"""Minutes from one's log-out to the other's log-in."""
CHANCE = (0.4, 0.3)
"""That a sitting is followed: by the same person, by a housemate."""
TWO_CLIENTS = 0.3
"""Share of persons who also play both at once."""


class Pairs:
    def __init__(self, setting: Setting, people: People) -> None:
        self._chance = np.random.default_rng([setting.seed, 18])
        n = len(people)
        doubles, mates = round(setting.doubles * n), round(setting.housemates * n)
        free = self._chance.permutation(np.flatnonzero(people.role == PERSON))
        free = free[: 2 * (doubles + mates)]
        self.first: Ints = free[0::2]
        self.second: Ints = free[1::2]
        self.same = np.arange(len(self.second)) < doubles
        self._both = self._chance.random(len(self.second)) < TWO_CLIENTS
        self._until: Floats = np.zeros(len(self.second))
        self._liken(people)

    def _liken(self, people: People) -> None:
        one, other = self.first[self.same], self.second[self.same]
        for name, strays in (STRAYS | TIMES).items():
            values = getattr(people, name)
            noise = self._chance.normal(0, strays, values[one].shape)
            values[other] = values[one] * np.exp(noise) if name in TIMES else values[one] + noise
        people.hour[other] %= 24
        people.second[other] = people.second[one]
        mates, others = self.first[~self.same], self.second[~self.same]
        late = self._chance.normal(0, HOUSEMATES_HOUR, people.hour[mates].shape)
        people.hour[others] = (people.hour[mates] + late) % 24

    def follow(self, sat: Sittings) -> Sittings:
        """The day's sittings with those that follow; on such a day who follows has no others. A
        person with one client never plays both at once."""
        if not len(self.second):
            return sat
        gone = np.zeros(len(sat), bool)
        after: list[Row] = []
        starts = np.searchsorted(sat.who, self.first), np.searchsorted(sat.who, self.first, "right")
        for at, (low, high) in enumerate(zip(*starts, strict=True)):
            own = np.flatnonzero(sat.who == self.second[at])
            gone[own[sat.start[own] <= self._until[at] + 120]] = True
            chance = CHANCE[0] if self.same[at] else CHANCE[1]
            rows = [row for row in range(low, high) if self._chance.random() < chance]
            found = [self._after(at, sat, row) for row in rows]
            kept = [each for each in found if each is not None]
            if kept:
                gone[own] = True
                after += kept
            elif self.same[at] and not self._both[at]:
                gone[own[_meets(sat, own, low, high)]] = True
            left = own[~gone[own]]
            if len(left):
                self._until[at] = max(self._until[at], float(sat.end[left].max()))
        return _merged(sat, ~gone, after)

    def _after(self, at: int, sat: Sittings, row: int) -> Row | None:
        start = float(sat.end[row]) + 60 * self._chance.uniform(*SOON)
        if start <= self._until[at] + 120:
            return None
        minutes = float(np.clip(sat.minutes[row] * np.exp(self._chance.normal(-0.3, 0.5)), 3, 240))
        self._until[at] = start + 60 * minutes
        return int(self.second[at]), start, minutes, int(sat.second[row]), int(sat.map[row])


def _meets(sat: Sittings, own: Ints, low: int, high: int) -> Bools:
    """Which of `own` touch one of the rows from `low` to `high`."""
    found = np.zeros(len(own), bool)
    for row in range(low, high):
        found |= (sat.start[own] < sat.end[row]) & (sat.end[own] > sat.start[row])
    return found


def _merged(
    sat: Sittings, kept: Bools,
    after: list[Row],
) -> Sittings:  # fmt: skip
    columns = list(zip(*after, strict=True)) if after else [()] * 5
    more = dict(zip(("who", "start", "minutes", "second", "map"), columns, strict=True))
    whole = replace(sat, **{
        each.name: np.concatenate([
            getattr(sat, each.name)[kept],
            np.array(more[each.name], getattr(sat, each.name).dtype),
        ])
        for each in fields(sat)
    })  # fmt: skip
    order = np.lexsort((whole.start, whole.who))
    return replace(whole, **{each.name: getattr(whole, each.name)[order] for each in fields(whole)})
