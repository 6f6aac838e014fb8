"""Pairs of a query and a text to a number: how well the text answers. Nogueira and Cho 2019."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from inference.adapters.base import Folders
from inference.adapters.bert_graph import build_scorer
from inference.adapters.pretrained import CHUNK, Chunk, Pretrained, in_order
from inference.footprint import growth
from inference.spec import ModelSpec

Pair = tuple[str, str]
Scores = NDArray[np.float32]


class CrossEncoder:
    def __init__(self, spec: ModelSpec, folders: Folders) -> None:
        self._weights = Pretrained(spec, folders)
        build = self._weights.one_of({"BertForSequenceClassification": build_scorer})
        with growth(folders.device, otherwise=spec.memory) as taken:
            self._session = self._weights.session(build, "bert.")
            self.run(self.prepare(CHUNK * [("where is the inn?", "near the fountain")]))
        self.memory = taken.bytes

    def prepare(self, items: Sequence[Pair]) -> list[Chunk]:
        return self._weights.chunks(items)

    def run(self, prepared: list[Chunk]) -> list[tuple[list[int], Scores]]:
        return [
            (chunk.rows, self._session.run(["logits"], chunk.inputs)[0][:, 0]) for chunk in prepared
        ]

    def finish(self, output: list[tuple[list[int], Scores]]) -> list[float]:
        return [float(score) for score in in_order(output)]
