"""Usage, laid out for plots and for the tables below them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inference.ledger.models import UsageDay
from npcs.scales import Source
from npcs.usage import Share, Usage, days

SOURCES: dict[str, Promise] = {
    Source.LLM: _("language model"),
    Source.COMPOSER: _("composer"),
    Source.TEMPLATE: _("template"),
    Source.CACHE: _("cache"),
    Source.SEMANTIC_CACHE: _("cache, by meaning"),
    Source.STOCK: _("stock phrase"),
    Source.STAFF: _("game master"),
}


@dataclass
class Day:
    day: date
    talks: dict[str, int]
    """By source."""
    tokens: int = 0
    cost: Decimal = Decimal(0)
    latency_ms: int = 0

    @property
    def total(self) -> int:
        return sum(self.talks.values())

    @property
    def by_source(self) -> list[int]:
        return [self.talks[source] for source in SOURCES]


def by_day(usage: Usage) -> list[Day]:
    """Every day of the range, those without a talk too."""
    found = {day: Day(day, dict.fromkeys(SOURCES, 0)) for day in days(usage.first, usage.last)}
    for row in usage.by_day(UsageDay.Kind.SOURCE):
        if row.subject in SOURCES:
            found[row.day].talks[row.subject] = row.talks
    for row in usage.by_day(UsageDay.Kind.TOTAL):
        day = found[row.day]
        day.tokens, day.cost, day.latency_ms = row.tokens, row.cost, row.latency_ms
    return list(found.values())


def plotted(table: list[Day]) -> dict[str, Any]:
    """What usage.js draws: one series a source that talked at all."""
    return {
        "days": [formats.date_format(day.day, "MONTH_DAY_FORMAT") for day in table],
        "talks": [
            {"source": str(source), "label": str(label), "values": values}
            for source, label in SOURCES.items()
            if any(values := [day.talks[source] for day in table])
        ],
        "tokens": [day.tokens for day in table],
        "cost": [float(day.cost) for day in table],
    }


def shared(sides: Mapping[str, Sequence[Share]]) -> dict[str, Any]:
    """Cost by model and by task, as usage.js draws them."""
    return {
        f"cost_by_{side}": {
            "names": [share.subject for share in shares],
            "values": [float(share.cost) for share in shares],
        }
        for side, shares in sides.items()
    }
