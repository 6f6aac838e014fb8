"""What the figures of the economy come to: a health from 0 to 100, and what an owner might do.

Advice only. Zeny is moved by nobody here: the owner reads the advice and sets fees and taxes in the
game."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from npcs.utility import compensated
from world.market.health import COOLING, HEATING, LOPSIDED

Advice = Literal["nothing", "tax", "ease", "watch"]
TARGET = 0.02
"""Inflation a week that is left alone."""
MOST_TAX = 10.0
"""Percent of what is traded; more drives trade out of the shops."""
EVEN = 0.5
"""Gini from which inequality counts against the health."""
LEAST = 0.05
"""Of a consideration: one bad figure does not hide the others."""


@dataclass(frozen=True, kw_only=True)
class Figures:
    """A window of the economy."""

    created: int
    """Zeny that came into the game."""
    destroyed: int
    """Zeny that left it."""
    moved: int
    """Zeny that went from character to character."""
    transactions: int
    inflation: float | None
    """0.1: a tenth dearer than in the window before. None: nobody knows."""
    gini: float | None
    """0-1; None: too few earn."""
    suspicious: int
    """Deals that look like no honest trade."""

    @property
    def net(self) -> int:
        return self.created - self.destroyed


def health(figures: Figures) -> int:
    """0-100: steady prices, money that leaves as it comes, earnings that many have, honest trade;
    each 0-1, multiplied and compensated as in `npcs.utility`. What is not known counts as good."""
    parts = [
        math.exp(-((figures.inflation or 0.0) ** 2) / (2 * HEATING**2)),
        1 - _share(abs(figures.net), figures.created + figures.destroyed) / 2,
        1 - max((figures.gini or 0.0) - EVEN, 0.0) / (1 - EVEN),
        1 - min(_share(figures.suspicious, figures.transactions) * 20, 1.0),
    ]
    return round(100 * compensated([max(part, LEAST) for part in parts]))


def tax(figures: Figures) -> float:
    """Percent of what is traded that would take out as much zeny as came in too much, 0-10.

    In the quantity theory (Fisher, The Purchasing Power of Money, 1911) prices follow the money
    there is, so the surplus is what is to be drained; a tax on trade yields its rate times what is
    traded. As in Taylor's rule (Discretion versus Policy Rules in Practice, 1993) the response
    grows with how far inflation is above its target, and is whole at HEATING."""
    inflation = figures.inflation
    if inflation is None or inflation <= TARGET or figures.net <= 0 or figures.moved <= 0:
        return 0.0
    response = min((inflation - TARGET) / (HEATING - TARGET), 1.0)
    return round(min(100 * response * figures.net / figures.moved, MOST_TAX), 1)


def advice(figures: Figures) -> Advice:
    if figures.inflation is not None and figures.inflation <= COOLING and figures.net < 0:
        return "ease"
    if tax(figures) > 0:
        return "tax"
    unequal = figures.gini is not None and figures.gini >= LOPSIDED
    return "watch" if figures.suspicious or unequal else "nothing"


def _share(part: float, whole: float) -> float:
    return min(part / whole, 1.0) if whole else 0.0
