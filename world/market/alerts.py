"""Deals that look like no honest trade, with what shows it. Nothing is done about them here."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from tenants.statements import rows

LATELY, BEFORE = timedelta(days=1), timedelta(days=30)
SUSPICIOUS = 3.5
"""Modified z-score above which a value is an outlier."""
FEWEST = 10
"""Sales of an item before, to know what it costs."""
LEAST_SPREAD = math.log(1.25)
"""Where everybody asks the same, a quarter more or less is still no outlier."""
MOST = 50
ROUND_TRIPS = 3
OUTLIERS = """
WITH sold AS (
    SELECT id, happened_at, item_id, amount, zeny, char_id, other_char_id,
        ln(zeny::float8 / amount) AS price, happened_at >= %(lately)s AS new
    FROM economic_transactions
    WHERE kind IN ('vending', 'trade') AND item_id IS NOT NULL AND zeny > 0
        AND happened_at >= %(before)s AND happened_at < %(now)s
), usual AS (
    SELECT item_id, percentile_cont(0.5) WITHIN GROUP (ORDER BY price) AS median
    FROM sold WHERE NOT new GROUP BY item_id HAVING count(*) >= %(fewest)s
), spread AS (
    SELECT item_id, median,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY abs(price - median)) AS mad, count(*) AS number
    FROM sold JOIN usual USING (item_id) WHERE NOT new GROUP BY item_id, median
)
SELECT s.id, s.happened_at, s.item_id, s.amount, s.zeny, s.char_id, s.other_char_id,
    exp(s.price), exp(p.median), p.number,
    0.6745 * (s.price - p.median) / GREATEST(p.mad, %(least)s) AS score
FROM sold s JOIN spread p USING (item_id)
WHERE s.new AND abs(0.6745 * (s.price - p.median) / GREATEST(p.mad, %(least)s)) > %(suspicious)s
ORDER BY abs(0.6745 * (s.price - p.median) / GREATEST(p.mad, %(least)s)) DESC, s.id LIMIT %(most)s
"""
CIRCLES = """
SELECT LEAST(char_id, other_char_id), GREATEST(char_id, other_char_id), item_id,
    count(*) FILTER (WHERE char_id < other_char_id),
    count(*) FILTER (WHERE char_id > other_char_id),
    max(happened_at), sum(zeny)::float8
FROM economic_transactions
WHERE kind IN ('vending', 'trade') AND item_id IS NOT NULL
    AND char_id IS NOT NULL AND other_char_id IS NOT NULL AND char_id <> other_char_id
    AND happened_at >= %(lately)s AND happened_at < %(now)s
GROUP BY 1, 2, 3
HAVING LEAST(count(*) FILTER (WHERE char_id < other_char_id),
    count(*) FILTER (WHERE char_id > other_char_id)) >= %(trips)s
ORDER BY count(*) DESC, 1, 2, 3 LIMIT %(most)s
"""


@dataclass(frozen=True)
class Outlier:
    """A sale far from what the item usually costs."""

    transaction_id: int
    happened_at: datetime
    item_id: int
    amount: int
    zeny: int
    char_id: int | None
    other_char_id: int | None
    price: float
    """Of one piece."""
    usual: float
    """Median of the 30 days before."""
    sales: int
    """Of which the usual price is the median."""
    score: float
    """How many spreads away: more than 0 too dear, less too cheap."""


@dataclass(frozen=True)
class Circle:
    """The same goods go to and fro between two characters within a day."""

    one: int
    other: int
    item_id: int
    there: int
    back: int
    last_at: datetime
    zeny: float


def outliers(*, now: datetime | None = None) -> list[Outlier]:
    """By the modified z-score of the price's logarithm: median and median deviation, which a few
    wrong prices do not move (Iglewicz and Hoaglin, How to Detect and Handle Outliers, 1993)."""
    last = now or timezone.now()
    values = {
        "now": last, "lately": last - LATELY, "before": last - BEFORE, "fewest": FEWEST,
        "least": LEAST_SPREAD, "suspicious": SUSPICIOUS, "most": MOST,
    }  # fmt: skip
    return [Outlier(*row) for row in rows(OUTLIERS, values)]


def circles(*, now: datetime | None = None) -> list[Circle]:
    """Wash trades: each way at least three times in a day."""
    last = now or timezone.now()
    values = {"now": last, "lately": last - LATELY, "trips": ROUND_TRIPS, "most": MOST}
    return [Circle(*row) for row in rows(CIRCLES, values)]
