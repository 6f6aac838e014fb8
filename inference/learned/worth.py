"""Rows of numbers about what an hour of a character's play brings: the measure of what a quest's
reward is beside it."""

from __future__ import annotations

import numpy as np

from inference.learned import features
from inference.learned.days import AT, Days, Floats
from inference.learned.features import Table, columns

LEAST = 30
"""Minutes of play, to say what an hour of it brings."""
LIKE = ("level", "shape_pace", "shape_zeny", "shape_lives", "shape_length", "shape_maps",
        "shape_active", "kill_28d", "minutes_28d", "minutes_7d", "zeny_made_28d", "zeny_made_7d",
        "base_level_28d", "most_zeny", "trend")  # fmt: skip


def table(days: Days, day: int) -> Table:
    """One row per character: LIKE of `features.players`, and `hour_28d`, `hour_7d`: logarithm of
    1 + zeny an hour brought over so many days."""
    found = features.players(days, day)
    named = {name: found.of(name) for name in LIKE}
    for window in (28, 7):
        named[f"hour_{window}d"] = hour(days, max(day - window, 0), day)
    return columns(named)


def hour(days: Days, first: int, last: int) -> Floats:
    """Logarithm of 1 + zeny that monsters and shops brought an hour of play on days from `first`
    on, before `last`; of who played less than LEAST minutes as if it were so many."""
    sums = days.values[:, first:last].sum(axis=1)
    minutes = np.maximum(sums[:, AT["minutes"]], LEAST)
    found: Floats = np.log1p(60 * sums[:, AT["zeny_made"]] / minutes)
    return found
