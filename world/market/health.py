"""How the economy does: prices, money made and destroyed, and who earns it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils import timezone

from tenants.statements import rows
from world.market import prices
from world.market.prices import Price

HEATING, COOLING = 0.10, -0.10
"""Change of prices in a week from which it is said."""
LOPSIDED = 0.90
"""Gini of earnings. Games are unequal; above this a handful earns all."""
FEWEST_EARNERS = 10
MONEY = """
SELECT
    COALESCE(sum(zeny) FILTER (WHERE zeny > 0 AND NOT moved), 0),
    COALESCE(-sum(zeny) FILTER (WHERE zeny < 0 AND NOT moved), 0),
    COALESCE(sum(abs(zeny)) FILTER (WHERE moved), 0), count(*)
FROM (
    SELECT zeny::numeric, kind IN ('trade', 'vending') AS moved FROM economic_transactions
    WHERE happened_at >= %(first)s AND happened_at < %(last)s
) t
"""
GINI = """
WITH earned AS (
    SELECT who, sum(zeny) AS zeny FROM (
        SELECT char_id AS who, zeny::float8 FROM economic_transactions
        WHERE zeny > 0 AND char_id IS NOT NULL
            AND happened_at >= %(first)s AND happened_at < %(last)s
        UNION ALL
        SELECT other_char_id, -zeny::float8 FROM economic_transactions
        WHERE zeny < 0 AND other_char_id IS NOT NULL
            AND happened_at >= %(first)s AND happened_at < %(last)s
    ) each GROUP BY who
), ranked AS (SELECT zeny, row_number() OVER (ORDER BY zeny) AS rank FROM earned)
SELECT count(*), sum(rank * zeny), sum(zeny) FROM ranked
"""


class Verdict(StrEnum):
    UNKNOWN = "unknown"
    CALM = "calm"
    HEATING = "heating"
    COOLING = "cooling"
    LOPSIDED = "lopsided"


@dataclass(frozen=True)
class Health:
    since: datetime
    created: int
    """Zeny that came into the game in the window."""
    destroyed: int
    """Zeny that left it."""
    moved: int
    """Zeny that went from character to character."""
    transactions: int
    inflation: float | None
    gini: float | None
    """Of what characters earned: 0 all the same, 1 one has all. None: too few earned."""
    verdict: Verdict
    prices: Sequence[Price]

    @property
    def net(self) -> int:
        return self.created - self.destroyed


def measure(*, window: timedelta = prices.WINDOW, now: datetime | None = None) -> Health:
    last = now or timezone.now()
    values = {"first": last - window, "last": last}
    [(created, destroyed, moved, number)] = rows(MONEY, values)
    found = prices.medians(window=window, now=last)
    change, gini = prices.inflation(found), _gini(*rows(GINI, values)[0])
    return Health(
        since=last - window,
        created=int(created),
        destroyed=int(destroyed),
        moved=int(moved),
        transactions=number,
        inflation=change,
        gini=gini,
        verdict=judge(change, gini),
        prices=found,
    )


def _gini(number: int, ranked: float | None, total: float | None) -> float | None:
    """From sums over the earners by rank (Sen, On Economic Inequality, 1973)."""
    if number < FEWEST_EARNERS or not total or ranked is None:
        return None
    return min(max(2 * float(ranked) / (number * float(total)) - (number + 1) / number, 0.0), 1.0)


def judge(inflation: float | None, gini: float | None) -> Verdict:
    if inflation is None:
        return Verdict.UNKNOWN
    if inflation >= HEATING:
        return Verdict.HEATING
    if inflation <= COOLING:
        return Verdict.COOLING
    return Verdict.LOPSIDED if gini is not None and gini >= LOPSIDED else Verdict.CALM
