"""Trains a head and writes its weights and its card. `manage.py models train intent`"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from aiworld.errors import Invalid
from inference.adapters.base import Folders
from inference.adapters.head import CODE, features
from inference.adapters.sentence_encoder import SentenceEncoder
from inference.cards import SHIPPED, Card, checksum, write
from inference.catalogue import EMBEDDER, MODELS
from inference.character import broken
from inference.training import corpus
from inference.training.bayes import Bayes
from inference.training.corpus import LANGUAGES, Line
from inference.training.figures import macro_f1, precision_recall
from inference.training.softmax import Layer, Matrix, fit, turned

SCALES, DECAYS = (0.5, 1.0, 2.0), (1e-4, 1e-3)
FOLDS = 5
POSITIVE = {"toxicity": "toxic", corpus.CHARACTER: "out_of_character"}
"""The label whose precision and recall are told, of a head that is asked yes or no."""
RIGHT = {"toxicity": 0.95, corpus.CHARACTER: 1.0}
"""Share of its yes that has to be right. Hardly any line of an NPC falls out of its character: one
false alarm in twenty would be most of them."""


class Set(NamedTuple):
    """Lines, ready for one head."""

    lines: Sequence[Line]
    vectors: Matrix
    wanted: list[str]

    def features(self, scale: float) -> Matrix:
        return features([line.text for line in self.lines], self.vectors, scale)


def train(key: str, *, server: str = "", folder: Path = SHIPPED) -> Card:
    """Settings are chosen by cross-validation; then the head and its baseline are measured on lines
    that neither has seen. Takes half a minute."""
    if server:
        raise Invalid("the heads are trained on our own lines, for all servers alike")
    known, unseen = sets(key)
    labels = tuple(sorted(set(known.wanted)))
    ways = {scale: turned(known.features(scale)) for scale in SCALES}
    shares = {
        (scale, decay): _apart(known, ways[scale].rows, labels, decay)
        for scale, decay in product(SCALES, DECAYS)
    }
    scored = {each: macro_f1(known.wanted, _named(found, labels)) for each, found in shares.items()}
    scale, decay = max(scored, key=lambda each: scored[each])
    layer = ways[scale].restored(_fitted(ways[scale].rows, known.wanted, labels, decay))
    said = _named(layer.shares(unseen.features(scale)), labels)
    bayes = Bayes([line.text for line in known.lines], known.wanted)
    plain, rival = _plainest(key, unseen, [bayes.guess(line.text) for line in unseen.lines])
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{key}.safetensors"
    save_file(
        {
            "weight": layer.weight.astype(np.float16),
            "bias": layer.bias,
            "scale": np.array([scale], dtype=np.float32),
        },
        path,
    )
    whose = "NPCs" if key == corpus.CHARACTER else "chat"
    by_language = dict(_by_language(unseen, said, plain))
    card = Card(
        origin="real",
        metric="macro F1",
        value=round(macro_f1(unseen.wanted, said), 4),
        baseline=round(macro_f1(unseen.wanted, plain), 4),
        baseline_name=rival,
        measured_on=f"{len(unseen.lines)} lines of {whose} in six languages, written apart from "
        f"the {len(known.lines)} for training",
        cross_validated=round(scored[scale, decay], 4),
        trained_at=datetime.now(UTC).isoformat(timespec="seconds"),
        data_sha256=corpus.digest([*known.lines, *unseen.lines]),
        code=CODE,
        sha256=checksum(path),
        labels=labels,
        languages=tuple(name for name, (ours, theirs) in by_language.items() if ours > theirs),
        details={
            "by_language": by_language,
            **_of_yes(key, unseen.wanted, said, plain),
            **_threshold(key, known.wanted, shares[scale, decay], labels),
        },
    )
    write(card, key, folder)
    return card


def _plainest(key: str, unseen: Set, bayes: list[str]) -> tuple[list[str], str]:
    """The better of the plain rivals, and its name: where there is a rule, it is one."""
    if key != corpus.CHARACTER:
        return bayes, "naive Bayes on words"
    rule = ["out_of_character" if broken(line.text) else "in_character" for line in unseen.lines]
    both = ((bayes, "naive Bayes on words"), (rule, "a list of words"))
    return max(both, key=lambda each: macro_f1(unseen.wanted, each[0]))


def sets(key: str) -> tuple[Set, Set]:
    """Training lines and held-out ones, with the shared encoder's vectors."""
    parts = corpus.parts(key)
    vectors = embedded([line.text for lines in parts for line in lines])
    first = len(parts[0])
    return (
        Set(parts[0], vectors[:first], [line.labels[key] for line in parts[0]]),
        Set(parts[1], vectors[first:], [line.labels[key] for line in parts[1]]),
    )


def embedded(texts: Sequence[str]) -> Matrix:
    """As the shared encoder makes them, in this process."""
    spec = next(spec for spec in MODELS if spec.key == EMBEDDER)
    with TemporaryDirectory() as place:
        encoder = SentenceEncoder(spec, Folders(models=Path(place), cache=Path(place)))
        return np.stack(encoder.finish(encoder.run(encoder.prepare(texts))))


def _apart(known: Set, rows: Matrix, labels: Sequence[str], decay: float) -> Matrix:
    """The probabilities of each line, by a head that has seen no line of its template."""
    groups = np.array([line.group for line in known.lines])
    shares = np.zeros((len(rows), len(labels)), dtype=np.float32)
    for fold in range(FOLDS):
        out = groups % FOLDS == fold
        seen = [each for each, left in zip(known.wanted, out, strict=True) if not left]
        shares[out] = _fitted(rows[~out], seen, labels, decay).shares(rows[out])
    return shares


def _threshold(
    key: str, wanted: Sequence[str], shares: Matrix, labels: Sequence[str]
) -> dict[str, float]:
    """The lowest probability from which on a yes is right in RIGHT of the lines, by
    cross-validation."""
    if not (label := POSITIVE.get(key)):
        return {}
    for limit in np.arange(0.5, 1.0, 0.01):
        said = [label if share >= limit else "" for share in shares[:, labels.index(label)]]
        if precision_recall(wanted, said, label)[0] >= RIGHT[key]:
            return {"threshold": round(float(limit), 2)}
    return {"threshold": 1.0}


def _fitted(rows: Matrix, wanted: Sequence[str], labels: Sequence[str], decay: float) -> Layer:
    places: NDArray[np.int64] = np.array([labels.index(each) for each in wanted], dtype=np.int64)
    return fit(rows, places, len(labels), decay=decay)


def _named(shares: Matrix, labels: Sequence[str]) -> list[str]:
    return [labels[at] for at in shares.argmax(axis=1)]


def _by_language(
    unseen: Set, said: Sequence[str], plain: Sequence[str]
) -> Iterator[tuple[str, tuple[float, float]]]:
    """Macro F1 of the head and of its baseline in each language."""
    for language in LANGUAGES:
        at = [row for row, line in enumerate(unseen.lines) if line.language == language]
        wanted = [unseen.wanted[row] for row in at]
        ours, theirs = ([each[row] for row in at] for each in (said, plain))
        yield language, (round(macro_f1(wanted, ours), 3), round(macro_f1(wanted, theirs), 3))


def _of_yes(
    key: str, wanted: Sequence[str], said: Sequence[str], plain: Sequence[str]
) -> dict[str, dict[str, tuple[float, float]]]:
    if not (label := POSITIVE.get(key)):
        return {}
    both = {"head": precision_recall(wanted, said, label),
            "baseline": precision_recall(wanted, plain, label)}  # fmt: skip
    return {"precision_recall": {name: (round(p, 3), round(r, 3)) for name, (p, r) in both.items()}}
