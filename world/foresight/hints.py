"""Which prices will probably move, and which drop rates would hold them: hints for owners, never a
price or a rate that is set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import expm1

from inference.ledger.models import MLModelPrediction
from world.models import GameDrop, GameItem

MODEL, DROPS = "item_price", "drop_rate"
MOST = 0.25
"""A hint says no more than this share up or down, whatever the model does."""
LEAST = 0.02
SHOWN = 10


DEAR = 0.05
"""From which share on a drop rate is spoken of: less is noise."""


@dataclass(frozen=True)
class Hint:
    item_id: int
    name: str
    """Empty where the owner imported no items."""
    change: float
    """Of the price: mean of the next three days against the latest day's median, 0.1 is a tenth
    dearer. Of a drop rate: by how much more to let monsters drop."""

    @property
    def percent(self) -> int:
        return round(100 * self.change)


def bounded(value: float) -> float:
    """From what the model says, a logarithm, to a share within MOST."""
    return min(max(expm1(min(value, 1.0)), -MOST), MOST)


def hints() -> list[Hint]:
    """Of the latest forecast, the largest moves first."""
    return _largest(_latest(MODEL), LEAST)


def drops() -> list[Hint]:
    """What monsters drop and will cost more or less in two weeks than it used to: by how much more
    or less of it, at most MOST, it would cost the same, if a price falls as supply grows. Rates are
    the owner's."""
    moves = _latest(DROPS)
    dropped = set(GameDrop.objects.filter(item_id__in=moves).values_list("item_id", flat=True))
    return _largest({item: moves[item] for item in moves if item in dropped}, DEAR)


def _latest(model: str) -> dict[int, float]:
    """By item, within MOST."""
    forecasts = MLModelPrediction.objects.filter(model=model, prediction__has_key="day")
    latest = forecasts.order_by("-predicted_at").first()
    if latest is None:
        return {}
    rows = forecasts.filter(prediction__day=latest.prediction["day"])
    return {
        int(subject.partition(":")[2]): bounded(float(said["value"]))
        for subject, said in rows.values_list("subject", "prediction")
    }


def _largest(moves: Mapping[int, float], least: float) -> list[Hint]:
    order = sorted(moves, key=lambda item: (-abs(moves[item]), item))[:SHOWN]
    names = dict(GameItem.objects.filter(pk__in=order).values_list("pk", "name"))
    return [
        Hint(item, names.get(item, ""), moves[item]) for item in order if abs(moves[item]) >= least
    ]
