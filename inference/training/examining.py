"""Holds published weights that were downloaded against what is shipped, on our own lines: they
answer only where they do better."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

from aiworld.errors import Invalid, Unavailable
from inference.adapters import ADAPTERS
from inference.adapters.base import DeviceMissing, Folders
from inference.adapters.weights import WeightsDiffer, WeightsMissing, find, manifest
from inference.cards import Card, read, write
from inference.published import WEIGHTS, rival
from inference.spec import ModelSpec
from inference.training import corpus
from inference.training.figures import macro_f1
from inference.training.packaged import f1, marked, share

Progress = Callable[[int, int], None]
"""Hears how many lines are read, of how many."""
Answers = Callable[[Sequence[str]], list[Any]]
AT_ONCE = 16
"""Lines."""


def examine(spec: ModelSpec, folders: Folders, progress: Progress = lambda *told: None) -> Card:
    """The card of a model's published weights, written beside them; its baseline is what is
    shipped. Raises Invalid for a model that has none, Unavailable with the reason if they are not
    here or cannot be loaded."""
    shipped = read(spec.key)
    if spec.published is None or shipped is None:
        raise Invalid(f"{spec.key} has no published weights to be examined")
    other = rival(spec)
    value, languages, measured_on, data = _EXAMS[spec.key](_asked(other, folders, progress))
    folder = find(other, folders.models)
    card = Card(
        origin="real",
        metric=shipped.metric,
        value=round(value, 4),
        baseline=shipped.value,
        baseline_name="what is shipped",
        measured_on=measured_on,
        trained_at=datetime.now(UTC).isoformat(timespec="seconds"),
        data_sha256=data,
        code=shipped.code,
        sha256=dict(manifest(folder)[1])[WEIGHTS],
        labels=shipped.labels,
        languages=tuple(languages),
    )
    write(card, spec.key, folder)
    return card


Exam = tuple[float, Sequence[str], str, str]
"""Figure, languages in which it is asked, on what, and the SHA-256 of that."""


def _names(answers: Answers) -> Exam:
    told = (files("inference.training.lines") / "names.txt").read_text(encoding="utf-8")
    lines = [marked(line) for line in told.splitlines()]
    said = [set(map(tuple, spans)) for spans in answers([text for text, _ in lines])]
    value = f1([spans for _, spans in lines], said)
    return value, ("en",), f"{len(lines)} English lines", corpus.hashed(told)


def _languages(answers: Answers) -> Exam:
    lines, said = _held_out(answers)
    value = share([line.language for line in lines], said)
    return value, corpus.LANGUAGES, _of(lines), corpus.digest(lines)


def _labels(head: str) -> Callable[[Answers], Exam]:
    def exam(answers: Answers) -> Exam:
        lines, said = _held_out(answers)
        value = macro_f1([line.labels[head] for line in lines], said)
        return value, corpus.LANGUAGES, _of(lines), corpus.digest(lines)

    return exam


def _held_out(answers: Answers) -> tuple[list[corpus.Line], list[str]]:
    """Our lines, and the likeliest label of each."""
    lines = corpus.held_out()
    shares: list[Mapping[str, float]] = answers([line.text for line in lines])
    return lines, [max(each, key=lambda label: each[label]) for each in shares]


def _of(lines: Sequence[corpus.Line]) -> str:
    return f"{len(lines)} lines of chat in six languages"


_EXAMS: Mapping[str, Callable[[Answers], Exam]] = {
    "entities": _names,
    "language": _languages,
    "topic": _labels("topic"),
    "toxicity": _labels("toxicity"),
}


def _asked(spec: ModelSpec, folders: Folders, progress: Progress) -> Answers:
    try:
        model = ADAPTERS[spec.adapter](spec, folders)
    except (WeightsMissing, WeightsDiffer, DeviceMissing) as error:
        raise Unavailable(f"{spec.key} cannot be examined: {error}") from error

    def answers(texts: Sequence[str]) -> list[Any]:
        found: list[Any] = []
        for at in range(0, len(texts), AT_ONCE):
            found += model.finish(model.run(model.prepare(texts[at : at + AT_ONCE])))
            progress(len(found), len(texts))
        return found

    return answers
