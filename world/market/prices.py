"""What things cost, and whether all of it costs more than before."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from tenants.statements import rows

WINDOW = timedelta(days=7)
FEWEST = 3
"""Sales of an item in each window, for its price to count."""
MOST_ITEMS = 500
"""Those for which most was paid."""
MEDIANS = """
WITH sold AS (
    SELECT item_id, happened_at >= %(middle)s AS now, zeny::float8 / amount AS price, zeny
    FROM economic_transactions
    WHERE kind IN ('vending', 'trade') AND item_id IS NOT NULL AND zeny > 0
        AND happened_at >= %(first)s AND happened_at < %(last)s
)
SELECT item_id,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY price) FILTER (WHERE now),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY price) FILTER (WHERE NOT now),
    count(*) FILTER (WHERE now), count(*) FILTER (WHERE NOT now),
    COALESCE(sum(zeny) FILTER (WHERE NOT now), 0)::float8
FROM sold GROUP BY item_id ORDER BY sum(zeny) DESC LIMIT %(most)s
"""


@dataclass(frozen=True)
class Price:
    item_id: int
    now: float | None
    """Median of one piece in the window, zeny; None: not sold."""
    before: float | None
    """In the window before."""
    sales: int
    sales_before: int
    paid_before: float

    @property
    def change(self) -> float | None:
        """0.1: a tenth dearer. None: too few sales to say."""
        if not self.now or not self.before or min(self.sales, self.sales_before) < FEWEST:
            return None
        return self.now / self.before - 1


def medians(*, window: timedelta = WINDOW, now: datetime | None = None) -> list[Price]:
    """The items for which most was paid; trades of goods for money, and vending."""
    last = now or timezone.now()
    values = {
        "first": last - 2 * window, "middle": last - window, "last": last, "most": MOST_ITEMS,
    }  # fmt: skip
    return [Price(*row) for row in rows(MEDIANS, values)]


def inflation(prices: Sequence[Price]) -> float | None:
    """0.1: what was bought before costs a tenth more now. The geometric Laspeyres index: price
    relatives, weighted by what was paid for each item before (ILO, Consumer Price Index Manual,
    2020, chapter 8). Medians and logarithms keep one absurd price from moving it. None: no item was
    sold often enough in both windows."""
    known = [(price, change) for price in prices if (change := price.change) is not None]
    weight = sum(price.paid_before for price, _ in known)
    if not weight:
        return None
    moved = sum(price.paid_before * math.log1p(change) for price, change in known)
    return math.expm1(moved / weight)
