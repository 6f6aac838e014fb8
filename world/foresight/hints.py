"""Which prices will probably move: a hint for owners and merchants, never a price that is set."""

from __future__ import annotations

from dataclasses import dataclass
from math import expm1

from inference.ledger.models import MLModelPrediction
from world.models import GameItem

MODEL = "item_price"
MOST = 0.25
"""A hint says no more than this share up or down, whatever the model does."""
LEAST = 0.02
SHOWN = 10


@dataclass(frozen=True)
class Hint:
    item_id: int
    name: str
    """Empty where the owner imported no items."""
    change: float
    """Of the mean of the next three days against the latest day's median: 0.1 is a tenth dearer."""

    @property
    def percent(self) -> int:
        return round(100 * self.change)


def bounded(value: float) -> float:
    """From what the model says, a logarithm, to a share within MOST."""
    return min(max(expm1(min(value, 1.0)), -MOST), MOST)


def hints() -> list[Hint]:
    """Of the latest forecast, the largest moves first."""
    forecasts = MLModelPrediction.objects.filter(model=MODEL, prediction__has_key="day")
    latest = forecasts.order_by("-predicted_at").first()
    if latest is None:
        return []
    rows = forecasts.filter(prediction__day=latest.prediction["day"])
    moves = {
        int(subject.partition(":")[2]): bounded(float(said["value"]))
        for subject, said in rows.values_list("subject", "prediction")
    }
    order = sorted(moves, key=lambda item: (-abs(moves[item]), item))[:SHOWN]
    names = dict(GameItem.objects.filter(pk__in=order).values_list("pk", "name"))
    return [
        Hint(item, names.get(item, ""), moves[item]) for item in order if abs(moves[item]) >= LEAST
    ]
