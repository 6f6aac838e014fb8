"""Rows of numbers about two characters: whether one person plays both.

Only those are looked at of whom one logs in when the other has just logged out, again and again: of
all others there are too many, and nothing to show a game master. Windows as in `features`."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from inference.learned import features
from inference.learned.days import Days, Floats, Ints
from inference.learned.features import Table, columns
from inference.learned.history import DAY

SOON = 600.0
"""Seconds from one's log-out to the other's log-in."""
FEWEST = 3
"""Of these in WINDOW days, to be looked at."""
WINDOW = 28
HALF = 2**31
"""Character ids are below it."""
LIKE = ("shape_pace", "shape_rhythm", "shape_gap", "shape_length", "shape_talk", "shape_lives",
        "shape_maps", "shape_hours", "shape_day")  # fmt: skip
PIECES = 12
"""Of a day, two hours each."""


def joined(one: int, other: int) -> int:
    """Both ids as one number, in whichever order they come."""
    return min(one, other) * HALF + max(one, other)


def parted(pair: int) -> tuple[int, int]:
    """The lower id first."""
    return divmod(pair, HALF)


def met(days: Days, day: int) -> tuple[Table, Ints]:
    """A row for each pair that is looked at, and which (`joined`). `handed`: logarithm of how often
    one logged in within SOON of the other's log-out; `share`: of the sittings of whoever has fewer;
    `overlap`: share of the minutes of whoever has fewer in which both played; `hours`: how far
    apart the hours of their log-ins are, 0 alike to 1; `level`: difference of logarithms;
    `apart_*`: difference of what `features.players` says of each."""
    who, start, end = _sittings(days, day)
    one, other, times = _handed(who, start, end, days.chars < HALF)
    if not len(one):
        return columns({}), np.empty(0, np.int64)
    shape = features.players(days, day)
    number = len(days.chars)
    sat = np.bincount(who, minlength=number)
    minutes = np.bincount(who, end - start, minlength=number)
    hours = _hours(who, start, number)
    level = np.log(np.maximum(days.level[:, day - 1], 1))
    found = {
        "handed": np.log(times),
        "share": times / np.maximum(np.minimum(sat[one], sat[other]), 1),
        "overlap": _overlap(one, other, who, start, end)
        / np.maximum(np.minimum(minutes[one], minutes[other]), 60),
        "hours": np.abs(hours[one] - hours[other]).sum(axis=1) / 2,
        "level": np.abs(level[one] - level[other]),
    }
    for name in LIKE:
        value = shape.of(name)
        found[f"apart_{name.removeprefix('shape_')}"] = np.abs(value[one] - value[other])
    return columns(found), days.chars[one] * HALF + days.chars[other]


def now(days: Days) -> tuple[Table, Ints]:
    return met(days, days.number)


def known_of(days: Days, told: Mapping[int, bool], day: int) -> tuple[Table, Ints, Floats]:
    """Of the pairs of that day those somebody knows about, and what is true of each."""
    table, subjects = met(days, day)
    sure = np.array([int(pair) in told for pair in subjects], bool)
    true = np.array([float(told[int(pair)]) for pair in subjects[sure]])
    return Table(table.names, table.values[sure]), subjects[sure], true


def _sittings(days: Days, day: int) -> tuple[Ints, Floats, Floats]:
    """Those that ended in the window: by character and time."""
    sat, last = days.sittings, (days.first_day + day) * DAY
    recent = (sat.end < last) & (sat.end >= last - WINDOW * DAY)
    return sat.who[recent], sat.start[recent], sat.end[recent]


def _handed(
    who: Ints, start: Floats, end: Floats, small: NDArray[np.bool_]
) -> tuple[Ints, Ints, Ints]:
    """Pairs, the lower row first, and how often one came when the other went. `small`: which rows'
    ids are below HALF."""
    order = np.argsort(end, kind="stable")
    low = np.searchsorted(end[order], start - SOON)
    high = np.searchsorted(end[order], start)
    count = high - low
    if not count.sum():
        none = np.empty(0, np.int64)
        return none, none, none
    came = np.repeat(np.arange(len(who)), count)
    steps = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    went = order[np.repeat(low, count) + steps]
    one, other = who[came], who[went]
    apart = one != other
    pairs = np.stack([np.minimum(one, other)[apart], np.maximum(one, other)[apart]])
    pairs, times = np.unique(pairs, axis=1, return_counts=True)
    often = (times >= FEWEST) & small[pairs[1]]
    return pairs[0][often], pairs[1][often], times[often]


def _overlap(one: Ints, other: Ints, who: Ints, start: Floats, end: Floats) -> Floats:
    """Seconds in which both played."""
    found = np.zeros(len(one))
    for at, (left, right) in enumerate(zip(one.tolist(), other.tolist(), strict=True)):
        mine, theirs = (slice(*np.searchsorted(who, [each, each + 1])) for each in (left, right))
        until, since = end[mine, None], start[mine, None]
        both = np.minimum(until, end[theirs]) - np.maximum(since, start[theirs])
        found[at] = np.maximum(both, 0).sum()
    return found


def _hours(who: Ints, start: Floats, number: int) -> Floats:
    """(characters, PIECES): shares of the log-ins, and of one more that is spread over the day, so
    that few say little."""
    piece = (start % DAY // (DAY / PIECES)).astype(np.int64)
    counted = np.bincount(who * PIECES + piece, minlength=number * PIECES).astype(float)
    counted = counted.reshape(number, PIECES) + 1 / PIECES
    found: Floats = counted / counted.sum(axis=1, keepdims=True)
    return found
