"""What quests pay beside what playing brings anyway: for the owner's page. A model says what an
hour of play brings; no reward is changed by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import expm1
from statistics import median

from inference.ledger.models import MLModelPrediction
from world.models import PlayerProfile

MODEL = "reward_balancer"
FEWEST = 5
"""Characters about a level, to say anything of it."""
ABOUT = 4
"""A character is about a level when it is within a fourth of it, or ten levels."""
MOST = 25.0
"""Logarithm: more zeny an hour than there can be."""


@dataclass(frozen=True, kw_only=True)
class Hours:
    by_level: Mapping[int, int]
    """Zeny that an hour of ordinary play brings about a level; levels of few are left out."""
    model: str
    """learned or baseline."""
    weights: str
    """real or simulated."""

    def minutes(self, level: int, zeny: int) -> int | None:
        """Of play at this level that bring as much; None where nothing is known."""
        brings = self.by_level.get(level)
        return round(60 * zeny / brings) if brings else None


def hours(levels: Sequence[int]) -> Hours | None:
    """As the model saw the characters last night; None before its first night."""
    said = MLModelPrediction.objects.filter(model=MODEL, prediction__has_key="day")
    latest = said.order_by("-predicted_at").first()
    if latest is None:
        return None
    rows = said.filter(prediction__day=latest.prediction["day"])
    brings = {
        int(subject.partition(":")[2]): expm1(min(float(told["value"]), MOST))
        for subject, told in rows.values_list("subject", "prediction")
    }
    known = PlayerProfile.objects.filter(pk__in=brings).values_list("pk", "base_level")
    by_level = {
        level: [brings[pk] for pk, own in known if abs(own - level) <= max(level / ABOUT, 10)]
        for level in levels
    }
    return Hours(
        by_level={
            level: round(median(values)) for level, values in by_level.items()
            if len(values) >= FEWEST
        },
        model=latest.prediction["model"],
        weights=latest.prediction["weights"],
    )  # fmt: skip
