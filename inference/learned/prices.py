"""Rows of numbers about one item's price, and about who deals how."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inference.learned.days import Days, Floats, Ints
from inference.learned.features import Table, columns
from inference.learned.history import CODES, DAY, History, Rows

FEWEST = 5
"""Sales of an item in the last week, to say anything of its price."""
AHEAD = 3
"""Days that are forecast together."""
WINDOW = 14
"""Days over which dealings are looked at."""


@dataclass(frozen=True)
class Prices:
    """By item and day. `log` is the median of a piece's logarithm, that of the day before where
    nothing was sold; NaN before the first sale."""

    items: Ints
    log: Floats
    sales: Floats


def sold(history: History) -> Rows:
    """Events that tell a price: an item for money."""
    events = history.events
    dealt = (events["kind"] == CODES["vending_sale"]) | (events["kind"] == CODES["trade"])
    found: Rows = events[
        dealt & (events["zeny"] > 0) & (events["target"] > 0) & (events["number"] > 0)
    ]
    return found


def daily(history: History) -> Prices:
    rows = sold(history)
    day = (rows["at"] // DAY).astype(np.int64) - history.first_day
    rows, day = rows[(day >= 0) & (day < history.days)], day[(day >= 0) & (day < history.days)]
    items, which = np.unique(rows["target"], return_inverse=True)
    log, sales = np.full((len(items), history.days), np.nan), np.zeros((len(items), history.days))
    price = np.log(rows["zeny"] / rows["number"])
    order = np.lexsort((price, day, which))
    key = (which * history.days + day)[order]
    starts = np.flatnonzero(np.diff(key, prepend=-1))
    ends = np.r_[starts[1:], len(key)]
    middle = (price[order][(starts + ends - 1) // 2] + price[order][(starts + ends) // 2]) / 2
    if len(starts):
        log.reshape(-1)[key[starts]] = middle
        sales.reshape(-1)[key[starts]] = ends - starts
    return Prices(items, _carried(log), sales)


def _carried(log: Floats) -> Floats:
    """The last known value where there is none."""
    at = np.where(np.isnan(log), -1, np.arange(log.shape[1]))
    at = np.maximum.accumulate(at, axis=1)
    found = np.take_along_axis(log, np.maximum(at, 0), axis=1)
    return np.where(at >= 0, found, np.nan)


def features(prices: Prices, day: int, weekday: int) -> tuple[Table, Ints]:
    """A row for each item sold FEWEST times in the seven days before, and which. `gap_<days>`: its
    latest price against the mean of so many days; `move_<n>`: change between n and n-1 days ago;
    `swing`: spread of the changes of two weeks; `sales`, `rush`: logarithm of yesterday's sales,
    and against a week's; `market`: mean change of all; `weekend`: whether they touch one."""
    log, sales = prices.log[:, :day], prices.sales[:, :day]
    if day < 8:
        return columns({}), np.empty(0, np.int64)
    which = np.flatnonzero((sales[:, -7:].sum(axis=1) >= FEWEST) & ~np.isnan(log[:, -8]))
    known = np.where(np.isnan(log), log[:, [-1]], log)[which]
    moves = np.diff(known[:, -15:], axis=1)
    week = sales[which, -7:].mean(axis=1)
    return columns({
        "gap_3": known[:, -1] - known[:, -3:].mean(axis=1),
        "gap_7": known[:, -1] - known[:, -7:].mean(axis=1),
        "gap_28": known[:, -1] - known[:, -28:].mean(axis=1),
        "move_1": moves[:, -1],
        "move_2": moves[:, -2],
        "move_3": moves[:, -3],
        "swing": moves.std(axis=1),
        "sales": np.log1p(sales[which, -1]),
        "rush": np.log((sales[which, -1] + 1) / (week + 1)),
        "market": np.full(len(which), moves[:, -1].mean() if len(which) else 0.0),
        "weekend": np.full(len(which), float(any((weekday + at) % 7 >= 5 for at in range(AHEAD)))),
    }), which  # fmt: skip


def ahead(prices: Prices, day: int, which: Ints) -> tuple[Floats, Floats]:
    """Change of the logarithm from the day before to the mean of the next AHEAD days, weighted by
    sales; and how many sales that were."""
    log, sales = prices.log[which, day : day + AHEAD], prices.sales[which, day : day + AHEAD]
    number = sales.sum(axis=1)
    mean = (np.nan_to_num(log) * sales).sum(axis=1) / np.maximum(number, 1)
    return mean - prices.log[which, day - 1], number


def dealings(days: Days, day: int) -> Table:
    """One row per character: how it sold and bought in the last WINDOW days against what an item
    usually cost in the WINDOW before, and with whom. `sales`, `buys`: logarithms of 1 + how many;
    `dear`, `cheap`: mean of the logarithm of price against usual, of sales and buys; `dearest`;
    `one_item`, `one_partner`: largest share; `turned`: logarithm of 1 + the most of one item that
    was both bought and sold; `back`: of those sold to whom it also bought the item from;
    `near_*`: means over partners, by how often they dealt."""
    number = len(days.chars)
    end = (days.first_day + day) * DAY
    rows = sold(days.history)
    usual = _usual(rows[(rows["at"] < end - 7 * DAY) & (rows["at"] >= end - 35 * DAY)])
    rows = rows[(rows["at"] < end) & (rows["at"] >= end - WINDOW * DAY)]
    rows = rows[np.isin(rows["char"], days.chars) & np.isin(rows["other"], days.chars)]
    seller, buyer = (np.searchsorted(days.chars, rows[side]) for side in ("char", "other"))
    over = np.log(rows["zeny"] / rows["number"]) - usual(rows["target"], rows)
    found = _alone(seller, buyer, rows["target"], over, number)
    near = {}
    for name in ("dearest", "one_item", "turned", "back"):
        near[f"near_{name}"] = _neighbours(seller, buyer, found[name], number)
    return columns(found | near)


class _Usual:
    def __init__(self, items: Ints, log: Floats) -> None:
        self._items, self._log = items, log

    def __call__(self, items: Ints, rows: Rows) -> Floats:
        """What each cost; its own price where nobody knows."""
        own: Floats = np.log(rows["zeny"] / rows["number"])
        if not len(self._items):
            return own
        at = np.clip(np.searchsorted(self._items, items), 0, len(self._items) - 1)
        return np.where(self._items[at] == items, self._log[at], own)


def _usual(rows: Rows) -> _Usual:
    items, which = np.unique(rows["target"], return_inverse=True)
    price = np.log(rows["zeny"] / rows["number"])
    order = np.lexsort((price, which))
    starts = np.searchsorted(which[order], np.arange(len(items)))
    ends = np.r_[starts[1:], len(rows)]
    return _Usual(items, price[order][(starts + ends - 1) // 2] if len(items) else np.empty(0))


def _alone(seller: Ints, buyer: Ints, item: Ints, over: Floats, number: int) -> dict[str, Floats]:
    sales, buys = (np.bincount(side, minlength=number) for side in (seller, buyer))
    deals = np.maximum(sales + buys, 1)
    dear = np.bincount(seller, np.maximum(over, 0), number) / np.maximum(sales, 1)
    both = np.concatenate([seller, buyer])
    dearest = np.zeros(number)
    np.maximum.at(dearest, seller, over)
    mine, back = _turned(seller, buyer, item, number)
    return {
        "sales": np.log1p(sales),
        "buys": np.log1p(buys),
        "dear": dear,
        "cheap": np.bincount(buyer, over, number) / np.maximum(buys, 1),
        "dearest": dearest,
        "one_item": _largest(both, np.concatenate([item, item]), number) / deals,
        "one_partner": _largest(both, np.concatenate([buyer, seller]), number) / deals,
        "turned": np.log1p(mine),
        "back": np.log1p(back),
    }


def _largest(who: Ints, of: Ints, number: int) -> Floats:
    """How often each met what it met most."""
    found = np.zeros(number)
    if len(who):
        pairs, times = np.unique(np.stack([who, of]), axis=1, return_counts=True)
        np.maximum.at(found, pairs[0], times.astype(float))
    return found


def _turned(seller: Ints, buyer: Ints, item: Ints, number: int) -> tuple[Floats, Floats]:
    mine, back = np.zeros(number), np.zeros(number)
    if not len(seller):
        return mine, back
    sold_by, times_sold = np.unique(np.stack([seller, item]), axis=1, return_counts=True)
    bought, times_bought = np.unique(np.stack([buyer, item]), axis=1, return_counts=True)
    have = {
        (int(who), int(what)): int(times)
        for (who, what), times in zip(bought.T, times_bought, strict=True)
    }
    for (who, what), times in zip(sold_by.T.tolist(), times_sold.tolist(), strict=True):
        mine[who] = max(mine[who], min(times, have.get((who, what), 0)))
    ways = set(zip(seller.tolist(), buyer.tolist(), item.tolist(), strict=True))
    for one, other, what in ways:
        if (other, one, what) in ways:
            back[one] += 1
    return mine, back


def _neighbours(seller: Ints, buyer: Ints, value: Floats, number: int) -> Floats:
    """One round of messages along the graph of dealings."""
    total = np.bincount(seller, value[buyer], number) + np.bincount(buyer, value[seller], number)
    times = np.bincount(seller, minlength=number) + np.bincount(buyer, minlength=number)
    found: Floats = total / np.maximum(times, 1)
    return found
