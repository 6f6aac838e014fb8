"""Texts to a probability per label nobody trained for: a judge of pairs says of each label how much
the text implies that it is about it (Yin et al. 2019)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inference.adapters.bart_graph import build
from inference.adapters.base import Folders
from inference.adapters.head import softmax
from inference.adapters.pretrained import CHUNK, Chunk, Pretrained, in_order
from inference.adapters.weights import WeightsDiffer
from inference.footprint import growth
from inference.spec import ModelSpec

HYPOTHESIS = "This example is about {}."
IMPLIED = "entailment"
Logits = NDArray[np.float32]


class _Asked(NamedTuple):
    texts: int
    chunks: list[Chunk]


class ZeroShot:
    """`spec.labels`: what is asked about, and our name of it."""

    def __init__(self, spec: ModelSpec, folders: Folders) -> None:
        self._weights = Pretrained(spec, folders)
        made = self._weights.one_of({"BartForSequenceClassification": build})
        theirs = [label.casefold() for label in self._weights.labels()]
        if IMPLIED not in theirs:
            raise WeightsDiffer(f"it has no label {IMPLIED}")
        self._implied = theirs.index(IMPLIED)
        try:
            self._start = int(self._weights.config["decoder_start_token_id"])
        except (KeyError, TypeError, ValueError) as error:
            raise WeightsDiffer("its config.json does not say how a text begins") from error
        self._hypotheses = [HYPOTHESIS.format(asked) for asked, _ in spec.labels]
        self._names = [name for _, name in spec.labels]
        with growth(folders.device, otherwise=spec.memory) as taken:
            self._session = self._weights.session(made, "model.")
            self.run(self.prepare(CHUNK * ["where is the inn?"]))
        self.memory = taken.bytes

    def prepare(self, items: Sequence[str]) -> _Asked:
        pairs = [(text, hypothesis) for text in items for hypothesis in self._hypotheses]
        return _Asked(len(items), self._weights.chunks(pairs, ("input_ids", "attention_mask")))

    def run(self, prepared: _Asked) -> tuple[int, list[tuple[list[int], Logits]]]:
        return prepared.texts, [
            (chunk.rows, self._session.run(["logits"], self._inputs(chunk))[0])
            for chunk in prepared.chunks
        ]

    def finish(
        self, output: tuple[int, list[tuple[list[int], Logits]]]
    ) -> Sequence[Mapping[str, float]]:
        texts, found = output
        implied = np.array([logits[self._implied] for logits in in_order(found)])
        shares = softmax(implied.reshape(texts, len(self._names)))
        return [dict(zip(self._names, map(float, row), strict=True)) for row in shares]

    def _inputs(self, chunk: Chunk) -> dict[str, NDArray[np.int64]]:
        ids, mask = chunk.inputs["input_ids"], chunk.inputs["attention_mask"]
        begun = np.full((len(ids), 1), self._start, dtype=np.int64)
        last = np.zeros_like(mask)
        last[np.arange(len(mask)), mask.sum(axis=1) - 1] = 1
        return {
            **chunk.inputs,
            "decoder_input_ids": np.concatenate([begun, ids[:, :-1]], axis=1),
            "last": last,
        }
