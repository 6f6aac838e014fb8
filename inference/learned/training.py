"""Learns a model from a history, and says how good it is beside a plain rival.

Time-ordered: a model is examined on later days than it learned from, and what it learned from was
over before they began."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from inference.learned import measures
from inference.learned.days import Floats
from inference.learned.examples import Examples
from inference.learned.lessons import Lesson
from inference.learned.network import Ensemble, Kind, Scale, learn

FEWEST, FEWEST_YES = 300, 15
"""Examples to learn from, and to be examined on a third; of a chance, so many yes and no."""
LATEST = 0.3
"""Share of the examples, the latest, that are for the examination."""


class TooLittle(Exception):
    """There is not enough history to learn from."""


@dataclass(frozen=True)
class Plain:
    """The rival: a regression on one feature, or how far the furthest feature lies."""

    column: int
    model: Ensemble | None
    scale: Scale

    def predict(self, rows: Floats) -> Floats:
        if self.model is not None:
            return self.model.predict(rows[:, [self.column]])
        far: Floats = np.abs((rows - self.scale.mean) / self.scale.spread).max(axis=1)
        return far


@dataclass(frozen=True)
class Report:
    """On the same rows."""

    metric: str
    value: float
    baseline: float
    higher_is_better: bool
    rows: int
    more: dict[str, float]

    @property
    def beats(self) -> bool:
        return (self.value > self.baseline) == self.higher_is_better and self.value != self.baseline


@dataclass(frozen=True)
class Trained:
    lesson: Lesson
    names: tuple[str, ...]
    network: Ensemble
    plain: Plain
    deciles: Floats
    """(9, features), of what it learned from."""
    said: Floats
    """(9,) of its own predictions then."""
    rows: int
    data_sha256: str


def split(lesson: Lesson, examples: Examples) -> tuple[Examples, Examples]:
    """Earlier and later. Raises TooLittle."""
    if len(examples) < FEWEST:
        raise TooLittle(f"{len(examples)} examples, {FEWEST} are needed")
    earlier, later = cut(lesson, examples)
    for part, least in ((earlier, FEWEST * 0.6), (later, FEWEST * 0.2)):
        yes = int(part.truth.sum())
        few = lesson.kind == "chance" and min(yes, len(part) - yes) < FEWEST_YES
        if len(part) < least or few:
            raise TooLittle("too few examples, or too few of one kind, in time order")
    return earlier, later


def cut(lesson: Lesson, examples: Examples) -> tuple[Examples, Examples]:
    """As `split`, however few they are."""
    first = int(np.quantile(examples.day, 1 - LATEST)) if len(examples) else 0
    earlier = examples.where(examples.day + lesson.horizon <= first - 1)
    return earlier, examples.where(examples.day >= first)


def train(lesson: Lesson, examples: Examples, *, seed: int = 1) -> Trained:
    """From all of them, in the order of time."""
    examples = examples.where(np.argsort(examples.day, kind="stable").astype(np.int64))
    rows = examples.table.values
    network = learn(rows, examples.truth, lesson.kind, hidden=lesson.hidden, seed=seed)
    said = network.predict(rows)[:, None]
    return Trained(
        lesson, examples.table.names, network, _plain(lesson, examples),
        measures.deciles(rows), measures.deciles(said)[:, 0], len(examples),
        data_hash(examples),
    )  # fmt: skip


def data_hash(examples: Examples) -> str:
    digest = hashlib.sha256(" ".join(examples.table.names).encode())
    for part in (examples.table.values.round(6) + 0.0, examples.truth.round(6) + 0.0, examples.day):
        digest.update(np.ascontiguousarray(part).tobytes())
    return digest.hexdigest()


def _plain(lesson: Lesson, examples: Examples) -> Plain:
    rows = examples.table.values
    scale = Scale.of(rows)
    if not lesson.plain:
        return Plain(0, None, scale)
    column = examples.table.names.index(lesson.plain)
    one = rows[:, [column]]
    return Plain(
        column, learn(one, examples.truth, lesson.kind, hidden=(), seed=1, members=1), scale
    )


def examine(trained: Trained, examples: Examples) -> Report:
    rows, truth = examples.table.values, examples.truth
    said, plainly = trained.network.predict(rows), trained.plain.predict(rows)
    if trained.lesson.kind == "number":
        usual = np.full(len(truth), float(truth.mean()))
        return Report(
            "root mean squared error", measures.root_error(truth, said),
            measures.root_error(truth, plainly), False, len(truth),
            {"explained": measures.explained(truth, said),
             "explained_baseline": measures.explained(truth, plainly),
             "error_of_the_mean": measures.root_error(truth, usual)},
        )  # fmt: skip
    more = _of_chances(trained.lesson.kind, truth, said, plainly)
    if trained.lesson.rare:
        return Report(
            "average precision", more["average_precision"], more["average_precision_baseline"],
            True, len(truth), more,
        )  # fmt: skip
    return Report(
        "AUC", measures.auc(truth, said), measures.auc(truth, plainly), True, len(truth), more,
    )  # fmt: skip


def _of_chances(kind: Kind, truth: Floats, said: Floats, plainly: Floats) -> dict[str, float]:
    found = {
        "share": float(truth.mean()),
        "auc": measures.auc(truth, said),
        "auc_baseline": measures.auc(truth, plainly),
        "average_precision": measures.average_precision(truth, said),
        "average_precision_baseline": measures.average_precision(truth, plainly),
    }
    if kind == "chance":
        found["brier"] = measures.brier(truth, said)
        found["brier_baseline"] = measures.brier(truth, plainly)
    return found
