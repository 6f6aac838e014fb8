"""Rows of numbers about players, as they were known when a day began.

Every function takes the index of a day and reads what came before its midnight: what is added to a
history from then on changes no row (tests/inference/test_features.py)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inference.learned.days import AT, Days, Floats, Ints, Sittings
from inference.learned.history import DAY

Bools = NDArray[np.bool_]
VERSION = "1"
"""Raise it with any change here: weights for other features are refused."""
WINDOWS = (3, 7, 28)
"""Days that a feature looks back."""
SUMMED = (
    "log_in", "kill", "death", "base_level", "map_change", "trade", "vending_sale", "quest_step",
    "party_join", "turns", "zeny_made", "zeny_sales", "minutes", "sittings",
)  # fmt: skip


@dataclass(frozen=True)
class Table:
    names: tuple[str, ...]
    values: Floats
    """(rows, names), finite."""

    def of(self, name: str) -> Floats:
        return self.values[:, self.names.index(name)]


def columns(named: dict[str, Floats]) -> Table:
    values = np.stack(list(named.values()), axis=1) if named else np.zeros((0, 0))
    return Table(tuple(named), np.nan_to_num(values, posinf=0.0, neginf=0.0))


def players(days: Days, day: int) -> Table:
    """One row per character of `days.chars`. Names and units:

    `<measure>_<window>d`: logarithm of 1 + the sum over so many days; `recency`: days since the
    last log-in, at most 60; `known`: days since the first event, at most 60; `level`: base level;
    `trend`: logarithm of minutes this week against the week before; `shape_*`: see there."""
    found: dict[str, Floats] = {}
    for window in WINDOWS:
        sums = _sums(days, day, window)
        for name in SUMMED:
            found[f"{name}_{window}d"] = np.log1p(sums[:, AT[name]])
    found["recency"] = _recency(days, day)
    found["known"] = _known(days, day)
    found["level"] = days.level[:, day - 1] if day else np.ones(len(days.chars))
    week, before = _sums(days, day, 7), _sums(days, day - 7, 7)
    found["trend"] = np.log1p(week[:, AT["minutes"]]) - np.log1p(before[:, AT["minutes"]])
    return columns(found | _shape(days, day) | _changes(days.sittings, len(days.chars), days, day))


def _sums(days: Days, day: int, window: int) -> Floats:
    if day <= 0:
        return np.zeros((len(days.chars), days.values.shape[2]))
    found: Floats = days.values[:, max(day - window, 0) : day].sum(axis=1)
    return found


def _recency(days: Days, day: int) -> Floats:
    played: Bools = days.of("log_in")[:, :day] > 0
    last = np.where(played.any(axis=1), day - 1 - np.argmax(played[:, ::-1], axis=1), -60)
    found: Floats = np.minimum(day - last, 60).astype(float)
    return found


def _known(days: Days, day: int) -> Floats:
    seen: Bools = (days.values[:, :day] != 0).any(axis=2)
    first = np.where(seen.any(axis=1), np.argmax(seen, axis=1), day)
    found: Floats = np.minimum(day - first, 60).astype(float)
    return found


def _shape(days: Days, day: int) -> dict[str, Floats]:
    """How somebody plays, over 28 days: minutes and turns of a day played, kills a minute, kills a
    death, spread of gaps between kills (0 is a clock), evenness of hours, zeny by kill, longest
    day, most kills a minute, most zeny a minute and most quest steps of any day of the last 7."""
    sums = _sums(days, day, 28)
    minutes, kills = sums[:, AT["minutes"]], sums[:, AT["kill"]]
    window = days.values[:, max(day - 28, 0) : day]
    active = (window[:, :, AT["log_in"]] > 0).sum(axis=1)
    gaps = np.maximum(sums[:, AT["gaps"]], 1)
    mean_gap = sums[:, AT["log_gap"]] / gaps
    hours = sums[:, AT["kills_00"] : AT["kills_18"] + 1]
    share = (hours + 0.5) / (hours + 0.5).sum(axis=1, keepdims=True)
    found = {
        "shape_day": np.log1p(minutes / np.maximum(active, 1)),
        "shape_talk": np.log1p(60 * sums[:, AT["turns"]] / np.maximum(minutes, 30)),
        "shape_pace": np.log((kills + 1) / (minutes + 5)),
        "shape_lives": np.log((kills + 1) / (sums[:, AT["death"]] + 1)),
        "shape_gap": mean_gap,
        "shape_rhythm": np.sqrt(np.maximum(sums[:, AT["log_gap_squared"]] / gaps - mean_gap**2, 0)),
        "shape_hours": -(share * np.log(share)).sum(axis=1),
        "shape_maps": np.log((sums[:, AT["map_change"]] + 1) / (minutes + 30)),
        "shape_zeny": np.log1p(sums[:, AT["zeny_made"]] / (kills + 1)),
        "shape_gifts": np.log1p(sums[:, AT["gifts"]]),
        "shape_length": sums[:, AT["log_length"]] / np.maximum(sums[:, AT["sittings"]], 1),
        "shape_active": active / 28,
    }
    return found | _extremes(days, day)


def _extremes(days: Days, day: int) -> dict[str, Floats]:
    if day <= 0:
        zero = np.zeros(len(days.chars))
        return dict.fromkeys(("most_pace", "most_zeny", "most_steps", "most_minutes"), zero)
    week = days.values[:, max(day - 7, 0) : day]
    minutes, kills = week[:, :, AT["minutes"]], week[:, :, AT["kill"]]
    pace = np.log((kills + 1) / (np.maximum(minutes, 10)))
    zeny = np.log1p(week[:, :, AT["zeny_made"]] / (kills + 20))
    return {
        "most_pace": np.where(minutes > 10, pace, -3).max(axis=1),
        "most_zeny": zeny.max(axis=1),
        "most_steps": np.log1p(week[:, :, AT["quest_step"]].max(axis=1)),
        "most_minutes": np.log1p(minutes.max(axis=1)),
    }


def _changes(sittings: Sittings, chars: int, days: Days, day: int) -> dict[str, Floats]:
    """What changes from one sitting to the next over 28 days: hour of the day, kills a minute,
    rhythm, map; and whether they change together, as they do where two people share an account."""
    end = (days.first_day + day) * DAY
    recent = (sittings.end < end) & (sittings.end >= end - 28 * DAY)
    who, start = sittings.who[recent], sittings.start[recent]
    pace = np.log((sittings.kills[recent] + 1) / sittings.minutes[recent])
    same = who[1:] == who[:-1]
    hours = np.abs(np.diff(start / 3600) % 24)
    hours = np.minimum(hours, 24 - hours)[same]
    changed = {
        "hour": hours,
        "pace": np.abs(np.diff(pace))[same],
        "rhythm": np.abs(np.diff(sittings.rhythm[recent]))[same],
        "map": (np.diff(sittings.map[recent]) != 0)[same].astype(float),
        "length": np.abs(np.diff(np.log(sittings.minutes[recent])))[same],
    }
    rows = who[1:][same]
    found = {f"change_{name}": _mean(rows, value, chars) for name, value in changed.items()}
    pairs = (("hour", "pace"), ("hour", "rhythm"), ("hour", "map"), ("pace", "map"),
             ("rhythm", "map"), ("pace", "rhythm"))  # fmt: skip
    for one, other in pairs:
        found[f"change_{one}_{other}"] = _correlation(rows, changed[one], changed[other], chars)
    found["changes"] = np.log1p(np.bincount(rows, minlength=chars))
    return found


def _mean(rows: Ints, value: Floats, number: int) -> Floats:
    count = np.maximum(np.bincount(rows, minlength=number), 1)
    found: Floats = np.bincount(rows, value, number) / count
    return found


def _correlation(rows: Ints, one: Floats, other: Floats, number: int) -> Floats:
    """Pearson's, drawn towards 0 where there are few."""
    mean_one, mean_other = _mean(rows, one, number)[rows], _mean(rows, other, number)[rows]
    both = np.bincount(rows, (one - mean_one) * (other - mean_other), number)
    alone = np.bincount(rows, (one - mean_one) ** 2, number)
    alone = alone * np.bincount(rows, (other - mean_other) ** 2, number)
    count = np.bincount(rows, minlength=number)
    found: Floats = both / np.sqrt(np.maximum(alone, 1e-9)) * count / (count + 5)
    return found
