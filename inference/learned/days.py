"""Events by character and day, and sittings: the only form in which features see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.learned.history import CODES, DAY, History, Rows

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
PAUSE = 120.0
"""Seconds: a longer gap between two kills is a rest."""
LONGEST = 1_440.0
"""Minutes of a sitting that count; a log-out that was never reported makes none."""
COUNTED = (
    "log_in", "kill", "mvp_kill", "death", "base_level", "map_change", "trade", "vending_sale",
    "item_pick", "quest_step", "party_join",
)  # fmt: skip
MEASURES = (
    *COUNTED, "turns", "zeny_made", "zeny_spent", "zeny_sales", "gifts", "minutes", "sittings",
    "log_length", "gaps", "log_gap", "log_gap_squared", "kills_00", "kills_06", "kills_12",
    "kills_18",
)  # fmt: skip
"""By day. minutes, sittings, log_length (sum of logarithms of minutes) count on the day a sitting
ends; gaps are those between kills within PAUSE, log_gap their sum of logarithms of seconds;
zeny_sales is what vending and trades brought, gifts are trades for nothing; kills_06 are those
between 6 and 12 o'clock UTC. kill counts monsters, all else events."""
AT = {name: index for index, name in enumerate(MEASURES)}


@dataclass(frozen=True)
class Sittings:
    """By character and time."""

    who: Ints
    """Row of `Days.chars`."""
    start: Floats
    end: Floats
    kills: Ints
    """Events."""
    map: Ints
    rhythm: Floats
    """Spread of the logarithm of gaps between kills; 0 where there were fewer than two."""

    def __len__(self) -> int:
        return len(self.who)

    @property
    def minutes(self) -> Floats:
        return np.clip((self.end - self.start) / 60, 1.0, LONGEST)


@dataclass(frozen=True)
class Days:
    first_day: int
    chars: Ints
    values: Floats
    """(characters, days, MEASURES)"""
    level: Floats
    """(characters, days): the highest so far; 1 where nothing was told."""
    sittings: Sittings
    history: History

    @property
    def number(self) -> int:
        return int(self.values.shape[1])

    def of(self, name: str) -> Floats:
        """(characters, days)"""
        return self.values[:, :, AT[name]]


def summarise(history: History) -> Days:
    events = history.events
    events = events[events["char"] > 0]
    # Whoever is named, or a buyer's first own event would change what its seller's row was.
    chars = np.unique(np.r_[events["char"], events["other"][events["other"] > 0]])
    who = np.searchsorted(chars, events["char"])
    day = (events["at"] // DAY).astype(np.int64) - history.first_day
    inside = (day >= 0) & (day < history.days)
    events, who, day = events[inside], who[inside], day[inside]
    sums = _Sums(len(chars), history.days)
    for name in COUNTED:
        of = events["kind"] == CODES[name]
        weight = events["number"][of] if name == "kill" else None
        sums.add(name, who[of], day[of], weight)
    _money(sums, events, who, day)
    _hours(sums, events, who, day)
    _turns(sums, history, chars)
    sittings = _sittings(events, who)
    _gaps(sums, events, who, day)
    ended = (sittings.end // DAY).astype(np.int64) - history.first_day
    sums.add("sittings", sittings.who, ended)
    sums.add("minutes", sittings.who, ended, sittings.minutes)
    sums.add("log_length", sittings.who, ended, np.log(sittings.minutes))
    return Days(
        history.first_day, chars, sums.values, _levels(events, who, day, len(chars), history.days),
        sittings, history,
    )  # fmt: skip


class _Sums:
    def __init__(self, chars: int, days: int) -> None:
        self.values = np.zeros((chars, days, len(MEASURES)))

    def add(self, name: str, who: Ints, day: Ints, weight: Any = None) -> None:
        chars, days, _ = self.values.shape
        found = np.bincount(who * days + day, weight, chars * days)
        self.values[:, :, AT[name]] += found.reshape(chars, days)


def _money(sums: _Sums, events: Rows, who: Ints, day: Ints) -> None:
    kind, zeny = events["kind"], events["zeny"].astype(float)
    of = (kind == CODES["zeny_change"]) & (zeny > 0)
    sums.add("zeny_made", who[of], day[of], zeny[of])
    of = (kind == CODES["zeny_change"]) & (zeny < 0)
    sums.add("zeny_spent", who[of], day[of], -zeny[of])
    dealt = (kind == CODES["vending_sale"]) | (kind == CODES["trade"])
    of = dealt & (zeny > 0)
    sums.add("zeny_sales", who[of], day[of], zeny[of])
    of = (kind == CODES["trade"]) & (zeny == 0)
    sums.add("gifts", who[of], day[of])


def _hours(sums: _Sums, events: Rows, who: Ints, day: Ints) -> None:
    hour = (events["at"] % DAY) // 3600
    kills = events["kind"] == CODES["kill"]
    for first in (0, 6, 12, 18):
        of = kills & (hour >= first) & (hour < first + 6)
        sums.add(f"kills_{first:02}", who[of], day[of])


def _turns(sums: _Sums, history: History, chars: Ints) -> None:
    turns = history.turns[np.isin(history.turns["char"], chars)]
    day = (turns["at"] // DAY).astype(np.int64) - history.first_day
    inside = (day >= 0) & (day < history.days)
    sums.add("turns", np.searchsorted(chars, turns["char"][inside]), day[inside])


def _gaps(sums: _Sums, events: Rows, who: Ints, day: Ints) -> None:
    of, log_gap = _log_gaps(events, who)
    sums.add("gaps", who[of], day[of])
    sums.add("log_gap", who[of], day[of], log_gap)
    sums.add("log_gap_squared", who[of], day[of], log_gap**2)


def _log_gaps(events: Rows, who: Ints) -> tuple[Ints, Floats]:
    """Rows of kills that came soon after another of the same character, and how soon."""
    kills = np.flatnonzero(events["kind"] == CODES["kill"])
    kills = kills[np.lexsort((events["at"][kills], who[kills]))]
    gap = np.diff(events["at"][kills], prepend=-np.inf)
    same = np.diff(who[kills], prepend=-1) == 0
    near = same & (gap <= PAUSE) & (gap > 0)
    return kills[near], np.log(np.maximum(gap[near], 0.05))


def _sittings(events: Rows, who: Ints) -> Sittings:
    """A log-in and the log-out that is the next of the two for this character."""
    ends = np.flatnonzero(
        (events["kind"] == CODES["log_in"]) | (events["kind"] == CODES["log_out"])
    )
    ends = ends[np.lexsort((events["kind"][ends], events["at"][ends], who[ends]))]
    opens = events["kind"][ends] == CODES["log_in"]
    pair = np.flatnonzero(opens[:-1] & ~opens[1:] & (who[ends][:-1] == who[ends][1:]))
    first, last = ends[pair], ends[pair + 1]
    start, end = events["at"][first], events["at"][last]
    kills = np.flatnonzero(events["kind"] == CODES["kill"])
    order = np.sort(_place(who[kills], events["at"][kills]))
    low, high = _place(who[first], start), _place(who[first], end)
    count = np.searchsorted(order, high, "right") - np.searchsorted(order, low)
    of, log_gap = _log_gaps(events, who)
    placed = _place(who[of], events["at"][of])
    rhythm = _spread(placed, log_gap, low, high)
    return Sittings(who[first], start, end, count, events["map"][first].astype(np.int64), rhythm)


def _place(row: Ints, at: Floats) -> Ints:
    """Order by character, then time, in one number: milliseconds need 41 bits until 2039."""
    found: Ints = (row << 41) + (at * 1000).astype(np.int64)
    return found


def _spread(placed: Ints, value: Floats, low: Ints, high: Ints) -> Floats:
    """Standard deviation of the values placed between each low and high; `placed` is sorted."""
    left, right = np.searchsorted(placed, low), np.searchsorted(placed, high, "right")
    n = np.maximum(right - left, 1)
    first, second = np.r_[0.0, np.cumsum(value)], np.r_[0.0, np.cumsum(value**2)]
    mean = (first[right] - first[left]) / n
    spread: Floats = np.sqrt(np.maximum((second[right] - second[left]) / n - mean**2, 0))
    return np.where(right - left > 1, spread, 0.0)


def _levels(events: Rows, who: Ints, day: Ints, chars: int, days: int) -> Floats:
    found = np.ones((chars, days))
    of = (events["kind"] == CODES["base_level"]) | (
        (events["kind"] == CODES["log_in"]) & (events["number"] > 1)
    )
    np.maximum.at(found, (who[of], day[of]), events["number"][of].astype(float))
    return np.maximum.accumulate(found, axis=1)
