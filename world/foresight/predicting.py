"""What is to be expected, night by night: written to the ledger of predictions, so that it can be
scored when the truth is known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone

from aiworld.errors import AIWorldError
from inference.learned import pairs
from inference.learned.days import Days, Ints, summarise
from inference.learned.lessons import LESSONS, Lesson
from inference.ledger.models import MLModelPrediction
from world.foresight import alerts, reading, scoring
from world.foresight.asking import Answer, ask
from world.models import LearnedModel

DAYS = 50
"""Of history: 28 for features, 14 until the slowest prediction can be scored, and some to spare."""
KEPT = timedelta(days=35)
FEWEST = 7
"""Days of history before anything is said."""


def foresee(now: datetime | None = None) -> dict[str, int]:
    """Predictions by model, or 0 with a reason in `learned_models`. Once a day: a second time on
    the same day replaces them."""
    now = now or timezone.now()
    days = summarise(reading.history(now, days=DAYS))
    if days.number < FEWEST or not len(days.chars):
        return {}
    scoring.score(days, now=now)
    said = {lesson.key: _foresee(lesson, days, now) for lesson in LESSONS if lesson.now}
    MLModelPrediction.objects.filter(model__in=list(said), predicted_at__lt=now - KEPT).delete()
    return said


def _foresee(lesson: Lesson, days: Days, now: datetime) -> int:
    assert lesson.now is not None
    table, subjects = lesson.now(days)
    if not len(subjects):
        return 0
    try:
        answer = ask(lesson.key, table)
    except AIWorldError as error:
        note(lesson.key, {"note": error.message[:200], "serves": ""})
        return 0
    if lesson.key in alerts.KINDS:
        odd = alerts.raise_those(lesson.key, table, subjects, answer, now=now)
        subjects, values = subjects[odd], np.array(answer.values)[odd]
    else:
        values = np.array(answer.values)
    _write(lesson, days, subjects, values, answer, now)
    return len(subjects)


def _write(
    lesson: Lesson, days: Days, subjects: Ints, values: np.ndarray[Any, Any], answer: Answer,
    now: datetime,
) -> None:  # fmt: skip
    day = f"{datetime.fromtimestamp(days.history.ends_at, UTC):%Y-%m-%d}"
    rows = [
        MLModelPrediction(
            model=lesson.key,
            version=answer.version,
            subject=f"{lesson.about}:{_written(lesson, subject)}",
            prediction={"value": round(float(value), 5), "day": day, "model": answer.model,
                        "weights": answer.weights},
            confidence=min(max(float(value), 0.0), 1.0) if lesson.kind == "chance" else None,
        )
        for subject, value in zip(subjects.tolist(), values, strict=True)
    ]  # fmt: skip
    with transaction.atomic():
        same = MLModelPrediction.objects.filter(model=lesson.key, prediction__day=day)
        same.filter(truth__isnull=True).delete()
        MLModelPrediction.objects.bulk_create(rows, batch_size=1000)
        note(lesson.key, {
            "serves": answer.model, "weights": answer.weights, "version": answer.version,
            "drift": answer.drift, "drifted": answer.drifted[:40], "predicted_at": now, "note": "",
        })  # fmt: skip


def _written(lesson: Lesson, subject: int) -> str:
    """A pair's ids are told apart: whoever erases a player finds both."""
    return "+".join(map(str, pairs.parted(subject))) if lesson.about == "pair" else str(subject)


def note(key: str, told: dict[str, Any]) -> None:
    """In the row that people see."""
    LearnedModel.objects.update_or_create(key=key, defaults=told)
