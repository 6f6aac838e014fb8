"""Was it so? Predictions whose time has come get their truth."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
from django.db.models import QuerySet

from inference.learned import measures
from inference.learned.days import Days
from inference.learned.history import DAY
from inference.learned.lessons import LESSONS, Lesson
from inference.ledger.models import MLModelPrediction
from world.models import LearnedModel

LOOKED_AT = timedelta(days=30)
FEWEST = 30
"""Scored predictions, to say how good they were."""


def score(days: Days, *, now: datetime) -> int:
    """How many got their truth."""
    done = 0
    for lesson in LESSONS:
        if lesson.truth is None:
            continue
        waiting = _waiting(lesson, days)
        for day in sorted({row.prediction["day"] for row in waiting}):
            done += _score(lesson, days, day, waiting, now)
        _sum_up(lesson, now)
    return done


def _waiting(lesson: Lesson, days: Days) -> list[MLModelPrediction]:
    """Those of days that are in the history and over."""
    first, last = days.first_day, days.first_day + days.number - lesson.horizon
    rows = MLModelPrediction.objects.filter(
        model=lesson.key, truth__isnull=True, prediction__day__gte=_written(first),
        prediction__day__lte=_written(last),
    )  # fmt: skip
    return list(rows)


def _written(day: int) -> str:
    return f"{datetime.fromtimestamp(day * DAY, UTC):%Y-%m-%d}"


def _score(
    lesson: Lesson, days: Days, day: str, waiting: list[MLModelPrediction], now: datetime
) -> int:
    assert lesson.truth is not None
    at = int(datetime.fromisoformat(f"{day}T00:00+00:00").timestamp() // DAY) - days.first_day
    true = lesson.truth(days, at)
    rows = []
    for row in waiting:
        subject = int(row.subject.partition(":")[2])
        if row.prediction["day"] == day and subject in true:
            row.truth, row.scored_at = {"value": round(true[subject], 5)}, now
            rows.append(row)
    MLModelPrediction.objects.bulk_update(rows, ["truth", "scored_at"], batch_size=500)
    return len(rows)


def scored(key: str, now: datetime) -> QuerySet[MLModelPrediction]:
    rows = MLModelPrediction.objects.filter(model=key, predicted_at__gte=now - LOOKED_AT)
    return rows.filter(truth__isnull=False)


def _sum_up(lesson: Lesson, now: datetime) -> None:
    pairs = [
        (said["value"], true["value"] if true else 0.0)
        for said, true in scored(lesson.key, now).values_list("prediction", "truth")
    ]
    if len(pairs) < FEWEST:
        return
    said, true = (np.array(side, float) for side in zip(*pairs, strict=True))
    good = measures.auc if lesson.kind == "chance" else measures.root_error
    LearnedModel.objects.update_or_create(
        key=lesson.key, defaults={"lived_value": good(true, said), "lived_rows": len(pairs)}
    )
