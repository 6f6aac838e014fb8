"""Whether an answer fits its question: a scorer on the shared encoder's two vectors, tried against
their cosine. `manage.py models train dialogue_coherence`

Only on English lines: in the other five languages the encoder, which was trained on English, hardly
tells a question's answer from another question's (the card has the cosine's figure for each). It is
no better than the cosine in English either, so no weights are kept: one that is wants an adapter,
and the dialogue to ask it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.resources import files
from itertools import product
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from aiworld.errors import Invalid
from inference.cards import SHIPPED, Card, write
from inference.learned.measures import auc
from inference.training.corpus import LANGUAGES, hashed
from inference.training.heads import embedded
from inference.training.softmax import Matrix, fit

KEY, CODE, SPOKEN = "dialogue_coherence", "1", "en"
WAYS, DECAYS, FOLDS = ("product", "product and difference", "crossed"), (3e-3, 3e-2), 4
DIRECTIONS = 32
"""Of questions and of answers, whose products are looked at when they are crossed."""
COSINE, PRODUCT = 20.0, 6.0
"""How much they count beside the rest; a large number is hardly held back by the penalty."""
_FILE = files("inference.training.lines") / "pairs.txt"


class Asked(NamedTuple):
    """Every question with every answer of its part: one of them is its own."""

    questions: Matrix
    answers: Matrix
    pairs: NDArray[np.int64]
    """(n x n, 2): places of question and answer."""

    @property
    def fits(self) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = self.pairs[:, 0] == self.pairs[:, 1]
        return found

    def cosines(self) -> Matrix:
        found: Matrix = (self.questions @ self.answers.T).ravel()
        return found


def train(key: str, *, server: str = "", folder: Path = SHIPPED) -> Card:
    """The way is chosen by cross-validation, then measured on pairs written apart. A minute."""
    if server:
        raise Invalid("it is trained on our own lines, for all servers alike")
    lines = pairs()
    known, unseen = (_asked(lines[part, SPOKEN]) for part in ("train", "test"))
    tried = {each: _apart(known, *each) for each in product(WAYS, DECAYS)}
    way, decay = max(tried, key=lambda each: tried[each])
    said = _scores(known, unseen, way, decay)
    count = len(unseen.questions)
    card = Card(
        origin="real",
        metric="AUC",
        # Two places: what so few questions can tell.
        value=round(_auc(said, unseen), 2),
        baseline=round(_auc(unseen.cosines(), unseen), 2),
        baseline_name="cosine of the shared encoder's vectors",
        measured_on=f"{count} English questions, each with the answers to all of them, written "
        f"apart from the {len(known.questions)} for training",
        cross_validated=round(tried[way, decay], 4),
        trained_at=datetime.now(UTC).isoformat(timespec="seconds"),
        data_sha256=hashed(_FILE.read_text(encoding="utf-8")),
        code=CODE,
        sha256="",
        languages=(),
        details={"way": way, "decay": decay, "cosine": _cosines(lines)},
    )
    write(card, key, folder)
    return card


def pairs() -> dict[tuple[str, str], list[tuple[str, str]]]:
    """Questions with their answers, by part and language. `# language part`, then a pair a line."""
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    language = part = ""
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            language, part = line[2:].split()
            continue
        question, answer = line.split("\t")
        found.setdefault((part, language), []).append((question, answer))
    return found


def _asked(lines: Sequence[tuple[str, str]]) -> Asked:
    vectors = embedded([text for pair in zip(*lines, strict=True) for text in pair])
    places = np.array(list(product(range(len(lines)), repeat=2)), dtype=np.int64)
    return Asked(vectors[: len(lines)], vectors[len(lines) :], places)


def _features(known: Asked, asked: Asked, way: str) -> Matrix:
    one, other = asked.questions[asked.pairs[:, 0]], asked.answers[asked.pairs[:, 1]]
    columns = [COSINE * asked.cosines()[:, None]]
    if way == "crossed":
        sides = _turned(known.questions, one), _turned(known.answers, other)
        columns.append(3 * (sides[0][:, :, None] * sides[1][:, None, :]).reshape(len(one), -1))
    else:
        columns.append(PRODUCT * one * other)
    if way == "product and difference":
        columns.append(2 * np.abs(one - other))
    return np.concatenate(columns, axis=1, dtype=np.float32)


def _turned(known: Matrix, vectors: Matrix) -> Matrix:
    """Along the directions in which those known differ most."""
    middle = known.mean(axis=0)
    ways = np.linalg.svd(known - middle, full_matrices=False)[2][:DIRECTIONS]
    found: Matrix = (vectors - middle) @ ways.T
    return found


def _scores(known: Asked, asked: Asked, way: str, decay: float) -> Matrix:
    layer = fit(_features(known, known, way), known.fits.astype(np.int64), 2, decay=decay)
    found: Matrix = _features(known, asked, way) @ (layer.weight[1] - layer.weight[0])
    return found


def _apart(known: Asked, way: str, decay: float) -> float:
    """The mean AUC of questions and answers that a scorer has not seen."""
    found = []
    for fold in range(FOLDS):
        out = np.arange(len(known.questions)) % FOLDS == fold
        seen, left = _only(known, ~out), _only(known, out)
        found.append(_auc(_scores(seen, left, way, decay), left))
    return float(np.mean(found))


def _auc(said: Matrix, asked: Asked) -> float:
    return auc(asked.fits.astype(np.float64), said.astype(np.float64))


def _only(asked: Asked, kept: NDArray[np.bool_]) -> Asked:
    places = np.array(list(product(range(int(kept.sum())), repeat=2)), dtype=np.int64)
    return Asked(asked.questions[kept], asked.answers[kept], places)


def _cosines(lines: dict[tuple[str, str], list[tuple[str, str]]]) -> dict[str, float]:
    """What the baseline is worth in each language."""
    asked = {language: _asked(lines["test", language]) for language in LANGUAGES}
    return {name: round(_auc(each.cosines(), each), 2) for name, each in asked.items()}
