"""Examples to learn from: rows of what was known on a day, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inference.learned import errands, features, pairs, prices, scarcity, worth
from inference.learned.days import Days, Floats, Ints
from inference.learned.features import Table
from inference.learned.history import COMPLETED, DAY, Rows

FIRST, STEP = 14, 4
"""Days of history before the first example, and from one to the next."""
LONGEST_QUEST = 4
"""Days."""
Told = tuple[NDArray[np.bool_], Floats]
"""Of each character: whether it counts, and what is true of it."""
Truth = Callable[[Days, int], Told]
Known = Mapping[int, bool]
"""By character: what is true of it, as far as somebody found out."""


@dataclass(frozen=True)
class Examples:
    table: Table
    truth: Floats
    day: Ints
    """When a row was known; its truth is known `Lesson.horizon` days later."""
    subject: Ints
    """Character, or item."""

    def where(self, wanted: NDArray[np.bool_] | NDArray[np.int64]) -> Examples:
        table = Table(self.table.names, self.table.values[wanted])
        return Examples(table, self.truth[wanted], self.day[wanted], self.subject[wanted])

    def __len__(self) -> int:
        return len(self.truth)


def joined(parts: Sequence[Examples]) -> Examples:
    """At least one; those without rows may have no names."""
    names = next((part.table.names for part in parts if len(part)), ())
    full = [part for part in parts if len(part)] or list(parts[:1])
    return Examples(
        Table(names, np.concatenate([part.table.values for part in full])),
        np.concatenate([part.truth for part in full]), np.concatenate([part.day for part in full]),
        np.concatenate([part.subject for part in full]),
    )  # fmt: skip


def _cutoffs(days: Days, horizon: int) -> range:
    return range(FIRST, days.number - horizon + 1, STEP)


def _gathered(
    days: Days, horizon: int, table: Callable[[int], Table],
    truth: Callable[[int], Told],
) -> Examples:  # fmt: skip
    """`truth(day)`: which characters count, and what is true of each."""
    parts = [_nothing()]
    for day in _cutoffs(days, horizon):
        counts, true = truth(day)
        of = np.flatnonzero(counts)
        whole = table(day)
        rows = Table(whole.names, whole.values[of])
        parts.append(Examples(rows, true[of], np.full(len(of), day), days.chars[of]))
    return joined(parts)


def _nothing() -> Examples:
    none = np.zeros(0, np.int64)
    return Examples(Table((), np.zeros((0, 0))), np.zeros(0), none, none)


def _active(days: Days, day: int) -> NDArray[np.bool_]:
    """Who logged in within the last 14 days."""
    found: NDArray[np.bool_] = days.of("log_in")[:, max(day - 14, 0) : day].sum(axis=1) > 0
    return found


def _sum(days: Days, name: str, day: int, number: int) -> Floats:
    found: Floats = days.of(name)[:, day : day + number].sum(axis=1)
    return found


def about_players(
    horizon: int, truth: Truth,
    table: Callable[[Days, int], Table] = features.players,
) -> Callable[[Days, Known | None], Examples]:  # fmt: skip
    def examples(days: Days, known: Known | None) -> Examples:
        return _gathered(days, horizon, lambda day: table(days, day), lambda day: truth(days, day))

    return examples


def churn(days: Days, day: int) -> Told:
    return _active(days, day), (_sum(days, "log_in", day, 14) == 0).astype(float)


def engagement(days: Days, day: int) -> Told:
    return _active(days, day), np.log1p(_sum(days, "minutes", day, 7))


def skill(days: Days, day: int) -> Told:
    enough = _sum(days, "minutes", day, 7) >= 30
    kills, deaths = _sum(days, "kill", day, 7), _sum(days, "death", day, 7)
    return _active(days, day) & enough, np.log((kills + 1) / (deaths + 1))


def session(days: Days, day: int) -> Told:
    sittings, start = days.sittings, (days.first_day + day) * DAY
    coming = np.flatnonzero((sittings.start >= start) & (sittings.end < start + 7 * DAY))
    who, first = np.unique(sittings.who[coming], return_index=True)
    counts, true = np.zeros(len(days.chars), bool), np.zeros(len(days.chars))
    counts[who], true[who] = True, np.log(sittings.minutes[coming][first])
    return counts & _active(days, day), true


def hour(days: Days, day: int) -> Told:
    enough = _sum(days, "minutes", day, 7) >= worth.LEAST
    return _active(days, day) & enough, worth.hour(days, day, day + 7)


def later(horizon: int, truth: Truth) -> Callable[[Days, int], dict[int, float]]:
    def found(days: Days, day: int) -> dict[int, float]:
        if not 0 < day <= days.number - horizon:
            return {}
        counts, true = truth(days, day)
        of = np.flatnonzero(counts)
        return dict(zip(days.chars[of].tolist(), true[of].tolist(), strict=True))

    return found


def found_out(table: Callable[[Days, int], Table]) -> Callable[[Days, Known | None], Examples]:
    """Of those somebody knows about, once in twelve days: more often would be the same again."""

    def examples(days: Days, known: Known | None) -> Examples:
        told = known or {}
        sure = np.array([int(char) in told for char in days.chars], bool)
        true = np.array([float(told.get(int(char), False)) for char in days.chars])

        def truth(day: int) -> Told:
            enough = days.of("sittings")[:, max(day - 28, 0) : day].sum(axis=1) >= 3
            late = (day - FIRST) % 12 == 0 and day >= 26
            return sure & enough & _active(days, day) & late, true

        return _gathered(days, 0, lambda day: table(days, day), truth)

    return examples


def pairs_found_out(days: Days, known: Known | None) -> Examples:
    """As `found_out`; the subjects are pairs."""
    parts = [_nothing()]
    for day in _cutoffs(days, 0):
        if (day - FIRST) % 12 == 0 and day >= 26:
            table, subjects, true = pairs.known_of(days, known or {}, day)
            if len(subjects):
                parts.append(Examples(table, true, np.full(len(subjects), day), subjects))
    return joined(parts)


def rows_now(table: Callable[[Days, int], Table]) -> Callable[[Days], tuple[Table, Ints]]:
    def rows(days: Days) -> tuple[Table, Ints]:
        of = np.flatnonzero(_active(days, days.number))
        found = table(days, days.number)
        return Table(found.names, found.values[of]), days.chars[of]

    return rows


def _some(names: tuple[str, ...]) -> Callable[[Days, int], Table]:
    """Few features, where more would only be noise."""

    def table(days: Days, day: int) -> Table:
        found = features.players(days, day)
        return Table(names, np.stack([found.of(name) for name in names], axis=1))

    return table


fighting = _some((
    "shape_lives", "kill_28d", "death_28d", "kill_7d", "death_7d", "level", "shape_pace",
    "minutes_28d", "minutes_7d", "shape_length",
))  # fmt: skip
sitting = _some((
    "shape_length", "shape_day", "sittings_28d", "sittings_7d", "minutes_28d", "minutes_7d",
    "minutes_3d", "sittings_3d", "recency", "trend", "change_length", "shape_active",
))  # fmt: skip
staying = _some((
    "recency", "known", "level", "trend", "log_in_3d", "log_in_7d", "log_in_28d", "minutes_3d",
    "minutes_7d", "minutes_28d", "sittings_7d", "sittings_28d", "shape_active", "shape_length",
    "death_7d", "death_28d", "base_level_7d", "quest_step_7d", "quest_step_28d", "party_join_28d",
    "turns_28d", "shape_lives",
))  # fmt: skip
UNUSUAL = (
    "most_pace", "most_zeny", "most_steps", "most_minutes", "shape_pace", "shape_zeny",
    "shape_lives", "kill_7d", "minutes_7d", "zeny_made_7d", "zeny_sales_7d", "quest_step_7d",
    "base_level_7d", "level", "shape_gifts",
)  # fmt: skip


def unusual(days: Days, day: int) -> Table:
    """What is measured of a week for signs of cheating."""
    found = features.players(days, day)
    return Table(UNUSUAL, np.stack([found.of(name) for name in UNUSUAL], axis=1))


def quests_over(
    value: Callable[[Rows], Floats], only_done: bool
) -> Callable[[Days, Known | None], Examples]:
    def examples(days: Days, known: Known | None) -> Examples:
        table, quests = errands.ended(days)
        found = Examples(
            table, value(quests), (quests["accepted_at"] // DAY).astype(np.int64) - days.first_day,
            quests["char"],
        )  # fmt: skip
        # Of the latest only those that ended soon are over: they would teach that quests are quick.
        whole = (found.day >= FIRST) & (found.day + LONGEST_QUEST <= days.number)
        return found.where(whole & ((quests["status"] == COMPLETED) | (not only_done)))

    return examples


def completed(quests: Rows) -> Floats:
    found: Floats = (quests["status"] == COMPLETED).astype(float)
    return found


def hours(quests: Rows) -> Floats:
    found: Floats = np.log1p((quests["ended_at"] - quests["accepted_at"]) / 3600)
    return found


def price(days: Days, known: Known | None) -> Examples:
    found = prices.daily(days.history)
    parts = [_nothing()]
    for day in range(FIRST, days.number - prices.AHEAD + 1):
        table, which = prices.features(found, day, (days.first_day + day + 3) % 7)
        if len(which):
            change, number = prices.ahead(found, day, which)
            of = np.flatnonzero(number >= 3)
            rows = Table(table.names, table.values[of])
            at = np.full(len(of), day)
            parts.append(Examples(rows, change[of], at, found.items[which[of]]))
    return joined(parts)


def scarce(days: Days, known: Known | None) -> Examples:
    found = prices.daily(days.history)
    picked = scarcity.picks(days.history, found.items)
    parts = [_nothing()]
    for day in range(FIRST, days.number - scarcity.UNTIL + 1):
        table, which = scarcity.features(found, picked, day)
        if len(which):
            change, number = scarcity.ahead(found, day, which)
            of = np.flatnonzero(number >= scarcity.FEWEST)
            rows = Table(table.names, table.values[of])
            parts.append(Examples(rows, change[of], np.full(len(of), day), found.items[which[of]]))
    return joined(parts)


def prices_later(days: Days, day: int) -> dict[int, float]:
    found = prices.daily(days.history)
    if not 0 < day <= days.number - prices.AHEAD:
        return {}
    which = np.arange(len(found.items))
    change, number = prices.ahead(found, day, which)
    known = (number >= 3) & np.isfinite(change)
    return dict(zip(found.items[known].tolist(), change[known].tolist(), strict=True))


def prices_now(days: Days) -> tuple[Table, Ints]:
    found = prices.daily(days.history)
    table, which = prices.features(found, days.number, (days.first_day + days.number + 3) % 7)
    return table, found.items[which]
