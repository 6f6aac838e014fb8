"""The hours of the world as stock was taken of them: what a page can plot and list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from world.models import WorldStateSnapshot
from world.stock import SCOPE

SPANS: Mapping[str, timedelta] = {
    "day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=30),
}  # fmt: skip
POINTS = 240
"""Of a plot, at most: of a longer time every second hour, or every third."""
LISTED = 48
FIGURES = ("online", "active", "kill", "death", "zeny_made", "zeny_spent", "inflation", "gini")


@dataclass(frozen=True)
class Hour:
    at: datetime
    figures: Mapping[str, float]
    """By FIGURES; what was not measured is left out."""
    events: Sequence[str]
    """Titles of what went on."""
    weather: Mapping[str, str]
    """Group of maps -> weather."""


def hours(span: str, *, now: datetime | None = None) -> list[Hour]:
    """Oldest first. `span` is a key of SPANS."""
    since = (now or timezone.now()) - SPANS[span]
    rows = WorldStateSnapshot.objects.filter(scope=SCOPE, taken_at__gte=since)
    return [_hour(row) for row in rows.order_by("taken_at")]


def _hour(row: WorldStateSnapshot) -> Hour:
    state: dict[str, Any] = row.state if isinstance(row.state, dict) else {}
    figures = {name: state.get(name) for name in FIGURES}
    events, weather = state.get("events"), state.get("weather")
    return Hour(
        at=row.taken_at,
        figures={name: float(one) for name, one in figures.items() if isinstance(one, int | float)},
        events=[str(one) for one in events] if isinstance(events, list) else [],
        weather=weather if isinstance(weather, dict) else {},
    )


def thinned(found: Sequence[Hour]) -> Sequence[Hour]:
    """At most POINTS of them, evenly, the latest among them."""
    every = -(-len(found) // POINTS) or 1
    return found[::-1][::every][::-1]


def line(found: Sequence[Hour], name: str) -> list[float | None]:
    return [hour.figures.get(name) for hour in found]
