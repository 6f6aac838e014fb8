"""Names in a text, by a published BERT that labels each token: B- begins a name, I- goes on with it
(Tjong Kim Sang and De Meulder 2003). Of a word in several pieces the first one counts, as it did in
training (Devlin et al. 2019, section 5.3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding

from inference.adapters.base import Folders
from inference.adapters.bert_graph import build_tagger
from inference.adapters.pretrained import CHUNK, Chunk, Pretrained, in_order
from inference.footprint import growth
from inference.spec import ModelSpec

Found = tuple[int, int, str]
"""From, to (characters), kind."""
Tagged = tuple[Encoding, NDArray[np.int64]]


class TokenTagger:
    """`spec.labels`: its kinds, without B- and I-, and ours; others are no names."""

    def __init__(self, spec: ModelSpec, folders: Folders) -> None:
        self._weights = Pretrained(spec, folders)
        build = self._weights.one_of({"BertForTokenClassification": build_tagger})
        self._labels, self._kinds = self._weights.labels(), dict(spec.labels)
        with growth(folders.device, otherwise=spec.memory) as taken:
            self._session = self._weights.session(build, "bert.")
            self.run(self.prepare(CHUNK * ["Warm up in Prontera."]))
        self.memory = taken.bytes

    def prepare(self, items: Sequence[str]) -> list[Chunk]:
        return self._weights.chunks(items)

    def run(self, prepared: list[Chunk]) -> list[tuple[list[int], list[Tagged]]]:
        return [
            (chunk.rows, list(zip(chunk.encoded, self._best(chunk), strict=True)))
            for chunk in prepared
        ]

    def finish(self, output: list[tuple[list[int], list[Tagged]]]) -> list[list[Found]]:
        return [list(self._names(*each)) for each in in_order(output)]

    def _best(self, chunk: Chunk) -> NDArray[np.int64]:
        logits: NDArray[np.float32] = self._session.run(["logits"], chunk.inputs)[0]
        best: NDArray[np.int64] = logits.argmax(axis=2)
        return best

    def _names(self, encoded: Encoding, best: NDArray[np.int64]) -> Iterator[Found]:
        """Names of one kind that touch are one, unless the later begins with B-."""
        name: Found | None = None
        for start, end, label in self._words(encoded, best):
            begins, _, kind = label.partition("-")
            kind = self._kinds.get(kind, "")
            if name and kind == name[2] and begins == "I":
                name = (name[0], end, kind)
                continue
            if name:
                yield name
            name = (start, end, kind) if kind else None
        if name:
            yield name

    def _words(self, encoded: Encoding, best: NDArray[np.int64]) -> Iterator[tuple[int, int, str]]:
        """Where each word stands, and the label of its first piece."""
        start = end = 0
        label, current = "", None
        for at, word in enumerate(encoded.word_ids):
            if word is None:
                continue
            if word != current:
                if current is not None:
                    yield start, end, label
                (start, _), current = encoded.offsets[at], word
                label = self._labels[int(best[at])]
            end = encoded.offsets[at][1]
        if current is not None:
            yield start, end, label
