"""Rows of numbers about how scarce an item is: what is found of it, what it costs, and what it will
cost when a changed drop rate would be felt."""

from __future__ import annotations

import numpy as np

from inference.learned import prices
from inference.learned.days import Days, Floats, Ints
from inference.learned.features import Table, columns
from inference.learned.history import CODES, DAY, History
from inference.learned.prices import Prices

FROM, UNTIL = 7, 14
"""Days from now: the second week is what is forecast."""
USUAL = 28
"""Days whose mean price is the usual one."""
FEWEST = 5
"""Sales in that second week, to know what it cost."""


def features(found: Prices, picked: Floats, day: int) -> tuple[Table, Ints]:
    """A row for each item that `prices.features` has one for, and which. `gap_28`, `gap_7`: its
    latest price against the mean of so many days; `move_7`: against that of a week ago; `swing`:
    spread of two weeks' daily changes; `sales`: logarithm of 1 + a week's; `rush`: against four
    weeks'; `picks`: logarithm of 1 + pieces that monsters left in a week; `dearth`: four weeks'
    against this, less what that is of all items; `market`: mean `gap_28` of all."""
    table, which = prices.features(found, day, 0)
    if not len(which):
        return columns({}), which
    log, sales = found.log[which, :day], found.sales[which, :day]
    known = np.where(np.isnan(log), log[:, [-1]], log)
    gap = known[:, -1] - known[:, -USUAL:].mean(axis=1)
    week, month = picked[which, max(day - 7, 0) : day], picked[which, max(day - USUAL, 0) : day]
    dearth = np.log((month.mean(axis=1) + 0.1) / (week.mean(axis=1) + 0.1))
    return columns({
        "gap_28": gap,
        "gap_7": table.of("gap_7"),
        "move_7": known[:, -1] - known[:, -8],
        "swing": table.of("swing"),
        "sales": np.log1p(sales[:, -7:].sum(axis=1)),
        "rush": np.log((sales[:, -7:].mean(axis=1) + 0.1) / (sales[:, -USUAL:].mean(axis=1) + 0.1)),
        "picks": np.log1p(week.sum(axis=1)),
        "dearth": dearth - dearth.mean(),
        "market": np.full(len(which), gap.mean()),
    }), which  # fmt: skip


def picks(history: History, items: Ints) -> Floats:
    """(items, days): pieces that were picked up."""
    events = history.events[history.events["kind"] == CODES["item_pick"]]
    events = events[np.isin(events["target"], items)]
    day = (events["at"] // DAY).astype(np.int64) - history.first_day
    inside = (day >= 0) & (day < history.days)
    row = np.searchsorted(items, events["target"][inside]) * history.days + day[inside]
    pieces = events["number"][inside].astype(float)
    counted = np.bincount(row, pieces, len(items) * history.days)
    found: Floats = counted.astype(float).reshape(len(items), history.days)
    return found


def ahead(found: Prices, day: int, which: Ints) -> tuple[Floats, Floats]:
    """Logarithm of the mean price of the second week from `day` on, weighted by sales, against the
    usual one before; and how many sales that were."""
    log, sales = (part[which, day + FROM : day + UNTIL] for part in (found.log, found.sales))
    number = sales.sum(axis=1)
    mean = (np.nan_to_num(log) * sales).sum(axis=1) / np.maximum(number, 1)
    before = found.log[which, max(day - USUAL, 0) : day]
    usual = np.where(np.isnan(before), before[:, [-1]], before).mean(axis=1)
    return mean - usual, number


def now(days: Days) -> tuple[Table, Ints]:
    found = prices.daily(days.history)
    table, which = features(found, picks(days.history, found.items), days.number)
    return table, found.items[which]


def later(days: Days, day: int) -> dict[int, float]:
    """What came of it from a day on, by item."""
    found = prices.daily(days.history)
    if not 0 < day <= days.number - UNTIL:
        return {}
    which = np.arange(len(found.items))
    change, number = ahead(found, day, which)
    known = (number >= FEWEST) & np.isfinite(change)
    return dict(zip(found.items[known].tolist(), change[known].tolist(), strict=True))
