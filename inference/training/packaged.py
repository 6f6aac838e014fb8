"""Measures the models whose weights come in packages, on our own lines; nothing is trained."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from aiworld.errors import Invalid
from inference.adapters import ADAPTERS
from inference.adapters.base import Folders
from inference.cards import SHIPPED, Card, write
from inference.catalogue import MODELS
from inference.training import corpus
from inference.training.bayes import Bayes

CODE = "1"
_NAME = re.compile(r"\[([^|\]]+)\|(\w+)\]")
_CAPITALS = re.compile(r"(?<![.!?] )(?<!^)\b[A-Z]\w+(?: [A-Z]\w+)*")
COMMONEST = "PERSON"
Spans = set[tuple[int, int, str]]


def train(key: str, *, server: str = "", folder: Path = SHIPPED) -> Card:
    """A card of what the package's weights are worth here."""
    if server:
        raise Invalid("these models are the same for all servers")
    card = MEASURED[key]()
    write(card, key, folder)
    return card


def language() -> Card:
    """The share of lines whose language is told, of fifteen."""
    lines, known = corpus.held_out(), corpus.training()
    said = [max(each, key=each.get) for each in _answers("language", [line.text for line in lines])]
    bayes = Bayes([line.text for line in known], [line.language for line in known])
    plain = [bayes.guess(line.text) for line in lines]
    wanted = [line.language for line in lines]
    return _card(
        metric="accuracy",
        value=share(wanted, said),
        baseline=share(wanted, plain),
        baseline_name="naive Bayes on words, of our six languages only",
        measured_on=f"{len(lines)} lines of chat in six languages; fifteen may be answered",
        data=corpus.digest(lines),
        languages=corpus.LANGUAGES,
    )


def entities() -> Card:
    """F1 of whole names with their kind."""
    told = (files("inference.training.lines") / "names.txt").read_text(encoding="utf-8")
    lines = [marked(line) for line in told.splitlines()]
    texts = [text for text, _ in lines]
    said = [set(map(tuple, spans)) for spans in _answers("entities", texts)]
    plain = [{(*m.span(), COMMONEST) for m in _CAPITALS.finditer(text)} for text in texts]
    wanted = [spans for _, spans in lines]
    return _card(
        metric="F1 of names",
        value=f1(wanted, said),
        baseline=f1(wanted, plain),
        baseline_name="words with a capital inside a sentence",
        measured_on=f"{len(lines)} English lines with {sum(map(len, wanted))} names",
        data=corpus.hashed(told),
        languages=("en",),
    )


def marked(line: str) -> tuple[str, Spans]:
    """The text without its marks, and the names in it."""
    text, spans, at = "", set(), 0
    for found in _NAME.finditer(line):
        text += line[at : found.start()]
        spans.add((len(text), len(text) + len(found[1]), found[2]))
        text, at = text + found[1], found.end()
    return text + line[at:], spans


def _answers(key: str, texts: Sequence[str]) -> list[Any]:
    spec = next(spec for spec in MODELS if spec.key == key)
    with TemporaryDirectory() as place:
        model = ADAPTERS[spec.adapter](spec, Folders(models=Path(place), cache=Path(place)))
        return list(model.finish(model.run(model.prepare(texts))))


def share(wanted: Sequence[str], said: Sequence[str]) -> float:
    return sum(w == s for w, s in zip(wanted, said, strict=True)) / len(wanted)


def f1(wanted: Sequence[Spans], said: Sequence[Spans]) -> float:
    right = sum(len(w & s) for w, s in zip(wanted, said, strict=True))
    return 2 * right / max(sum(map(len, wanted)) + sum(map(len, said)), 1)


def _card(
    *,
    metric: str,
    value: float,
    baseline: float,
    baseline_name: str,
    measured_on: str,
    data: str,
    languages: Sequence[str],
) -> Card:
    return Card(
        origin="real",
        metric=metric,
        value=round(value, 4),
        baseline=round(baseline, 4),
        baseline_name=baseline_name,
        measured_on=measured_on,
        trained_at=datetime.now(UTC).isoformat(timespec="seconds"),
        data_sha256=data,
        code=CODE,
        sha256="",
        languages=tuple(languages),
    )


MEASURED: dict[str, Callable[[], Card]] = {"language": language, "entities": entities}
