"""A server's own weights: learned from its own days, and kept where they are the best."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from aiworld.errors import Invalid, NotFound, Refused
from inference import cards
from inference.learned import storing
from inference.learned.days import summarise
from inference.learned.examples import Examples
from inference.learned.lessons import BY_KEY, Lesson
from inference.learned.training import Report, TooLittle, Trained, examine, split
from inference.learned.training import train as train_on
from tenants.context import each_tenant, in_tenant, tenant
from tenants.models import Server
from world.foresight import alerts, reading, schedule
from world.foresight.predicting import note


def train(name: str, *, server: str = "") -> cards.Card:
    """For `manage.py models train NAME --server ID`. Raises NotFound, Invalid, Refused."""
    if not server:
        told = "say --server: what is shipped is made by python -m benchmarks.population.schooling"
        raise Invalid(told, field="server")
    row = Server.objects.filter(server_id=server).first()
    if row is None:
        raise NotFound(f"there is no server {server!r}", field="server")
    with in_tenant(row):
        return learn(name)


def servers() -> list[str]:
    """Ids of those where somebody played of late."""
    return [server.server_id for server in each_tenant() if schedule.played_lately()]


def learn(key: str, *, now: datetime | None = None) -> cards.Card:
    """From the present server's days. The card of what answers from now on: its own weights, or
    those learned in the made-up world where these are better here too.

    Raises NotFound, Refused where there is too little to learn from."""
    now = now or timezone.now()
    if (lesson := BY_KEY.get(key)) is None:
        raise NotFound(f"there is no learned model {key!r}", field="name")
    days = summarise(reading.history(now))
    try:
        examples = lesson.examples(days, alerts.found_out().get(key))
        earlier, later = split(lesson, examples)
    except TooLittle as error:
        note(key, {"note": str(error)[:200]})
        raise Refused(f"{key} cannot be learned here yet: {error}") from error
    trained = train_on(lesson, earlier)
    report = examine(trained, later)
    card, said = _keep(lesson, trained, report, later, now)
    note(key, {
        "metric": card.metric[:120], "value": card.value, "baseline": card.baseline,
        "rows": report.rows, "trained_at": now, "note": said,
    })  # fmt: skip
    return card


def folder() -> Path:
    """Of the present server's weights. The inference process reads them there."""
    found: Path = settings.ML_MODEL_PATH / "learned" / tenant().server_id
    return found


def _keep(
    lesson: Lesson, trained: Trained, report: Report, later: Examples, now: datetime
) -> tuple[cards.Card, str]:
    shipped = _shipped(lesson, trained.names)
    if shipped is not None:
        rival = examine(shipped[1], later)
        if _better(rival.value, (report.value, report.baseline), report):
            _forget(lesson.key)
            card = replace(shipped[0], value=rival.value, baseline=report.baseline,
                           measured_on=_measured(report))  # fmt: skip
            return card, "learned in the made-up world, which is better here than from this server"
    path = folder() / f"{lesson.key}.safetensors"
    storing.save(trained, path)
    card = _card(trained, report, cards.checksum(path), now)
    cards.write(card, lesson.key, folder())
    return card, "learned here" if report.beats else "no better than its baseline, which answers"


def _better(value: float, others: tuple[float, float], report: Report) -> bool:
    return value > max(others) if report.higher_is_better else value < min(others)


def _shipped(lesson: Lesson, names: tuple[str, ...]) -> tuple[cards.Card, Trained] | None:
    card = cards.read(lesson.key)
    if card is None or not card.beats or tuple(card.details["names"]) != names:
        return None
    path = cards.SHIPPED / f"{lesson.key}.safetensors"
    return card, storing.load(lesson.key, path, card.details)


def _forget(key: str) -> None:
    """The card first: without it nobody reads the weights."""
    for name in (f"{key}.json", f"{key}.safetensors"):
        (folder() / name).unlink(missing_ok=True)


def _card(trained: Trained, report: Report, sha256: str, now: datetime) -> cards.Card:
    plain = trained.lesson.plain
    return cards.Card(
        origin="real",
        metric=f"{report.metric}: {trained.lesson.says}",
        value=report.value,
        baseline=report.baseline,
        baseline_name=f"regression on {plain}" if plain else "the furthest feature",
        higher_is_better=report.higher_is_better,
        measured_on=_measured(report),
        trained_at=f"{now:%Y-%m-%dT%H:%M:%SZ}",
        data_sha256=trained.data_sha256,
        code=storing.CODE,
        sha256=sha256,
        details=storing.details(trained) | {"later days": report.more},
    )


def _measured(report: Report) -> str:
    return f"{report.rows} rows of later days of this server"
