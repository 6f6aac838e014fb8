"""Rows of numbers about one quest and the character that is to do it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from inference.learned.days import AT, Days, Floats
from inference.learned.features import Table, columns
from inference.learned.history import COMPLETED, DAY, OPEN, QUEST_KINDS, Rows

WINDOW = 28
"""Days of play that count."""
COUNTED = ("log_in", "kill", "death", "base_level", "quest_step")
PRIOR = 1.4
"""Of two made-up quests, so many were completed: what is assumed of who never took one."""


def features(sums: Mapping[str, Floats], past: Rows, asked: Rows) -> Table:
    """One row per quest of `asked`, all of one character. `sums`: COUNTED over WINDOW days before,
    one number per row. `past`: the quests of the character whose end was known by then.

    Names and units: `difficulty` 1-6; `amount`, `level`: logarithms; `is_<kind>`: 0 or 1;
    `<measure>`: logarithm of 1 + the sum; `lives`: logarithm of kills a death; `rate`: share of
    past quests that were completed; `hardness`: its difficulty less the mean of those completed;
    `taken`: logarithm of 1 + past quests; `last`: whether the latest was completed, else 0."""
    number = len(asked)
    done = past[past["status"] == COMPLETED]
    rate = (len(done) + PRIOR) / (len(past) + 2)
    mean = done["difficulty"].mean() if len(done) else 2.0
    last = past[np.argmax(past["ended_at"])]["status"] == COMPLETED if len(past) else False
    found = {
        "difficulty": asked["difficulty"].astype(float),
        "amount": np.log(np.maximum(asked["amount"], 1)),
        "level": np.log(np.maximum(asked["level"], 1)),
        **{f"is_{name}": (asked["kind"] == at).astype(float)
           for at, name in enumerate(QUEST_KINDS)},
        **{name: np.log1p(sums[name]) for name in COUNTED},
        "lives": np.log((sums["kill"] + 1) / (sums["death"] + 1)),
        "rate": np.full(number, rate),
        "hardness": asked["difficulty"] - mean,
        "taken": np.full(number, np.log1p(len(past))),
        "last": np.full(number, float(last)),
    }  # fmt: skip
    return columns(found)


def ended(days: Days) -> tuple[Table, Rows]:
    """A row for each quest that is over and whose character was seen before; and those quests, by
    the time of acceptance. Of each only what was known at the midnight before it was accepted."""
    known = days.history.quests[np.isin(days.history.quests["char"], days.chars)]
    over = known[known["status"] != OPEN]
    tables, order = [], []
    total = np.concatenate(
        [np.zeros((len(days.chars), 1, len(AT))), days.values.cumsum(axis=1)], axis=1
    )
    for char in np.unique(over["char"]):
        mine = over[over["char"] == char]
        for day in np.unique(_day(days, mine)):
            asked = mine[_day(days, mine) == day]
            past = mine[mine["ended_at"] < (days.first_day + day) * DAY]
            row = np.searchsorted(days.chars, char)
            seen = total[row, day] - total[row, max(day - WINDOW, 0)]
            sums = {name: np.full(len(asked), seen[AT[name]]) for name in COUNTED}
            tables.append(features(sums, past, asked))
            order.append(asked)
    if not tables:
        return Table((), np.zeros((0, 0))), over[:0]
    rows, quests = np.concatenate([each.values for each in tables]), np.concatenate(order)
    by_time = np.argsort(quests["accepted_at"], kind="stable")
    return Table(tables[0].names, rows[by_time]), quests[by_time]


def _day(days: Days, quests: Rows) -> Floats:
    found = (quests["accepted_at"] // DAY).astype(np.int64) - days.first_day
    return np.clip(found, 0, days.number)
