"""Texts to a probability per label, by a published BERT, RoBERTa or XLM-R with its own head."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from inference.adapters.base import Folders
from inference.adapters.bert_graph import build_roberta, build_scorer
from inference.adapters.head import softmax
from inference.adapters.pretrained import CHUNK, Chunk, Pretrained, in_order
from inference.adapters.weights import WeightsDiffer
from inference.footprint import growth
from inference.spec import ModelSpec

BERT = "BertForSequenceClassification"
BUILDS = {
    BERT: build_scorer,
    "RobertaForSequenceClassification": build_roberta,
    "XLMRobertaForSequenceClassification": build_roberta,
}
Shares = NDArray[np.float32]


class Classifier:
    """`spec.labels`: its name of a label, and ours. With "" for one of its names each label is yes
    or no by itself (a sigmoid), and "" is what is left of the likeliest; else one of them holds (a
    softmax)."""

    def __init__(self, spec: ModelSpec, folders: Folders) -> None:
        self._weights = Pretrained(spec, folders)
        build = self._weights.one_of(BUILDS)
        segmented = build is build_scorer
        self._inputs = ("input_ids", "attention_mask", *(["token_type_ids"] if segmented else []))
        theirs = self._weights.labels()
        wanted = dict(spec.labels or zip(theirs, theirs, strict=True))
        self._rest = wanted.pop("", "")
        if unknown := wanted.keys() - set(theirs):
            raise WeightsDiffer(f"it has no label {' or '.join(sorted(unknown))}")
        self._places = [theirs.index(name) for name in wanted]
        self._names = list(wanted.values())
        with growth(folders.device, otherwise=spec.memory) as taken:
            prefix = "bert." if segmented else "roberta."
            self._session = self._weights.session(build, prefix)
            self.run(self.prepare(CHUNK * ["where is the inn?"]))
        self.memory = taken.bytes

    def prepare(self, items: Sequence[str]) -> list[Chunk]:
        return self._weights.chunks(items, self._inputs)

    def run(self, prepared: list[Chunk]) -> list[tuple[list[int], Shares]]:
        return [(chunk.rows, self._session.run(["logits"], chunk.inputs)[0]) for chunk in prepared]

    def finish(self, output: list[tuple[list[int], Shares]]) -> Sequence[Mapping[str, float]]:
        return [self._named(logits[self._places]) for logits in in_order(output)]

    def _named(self, logits: Shares) -> Mapping[str, float]:
        if not self._rest:
            [shares] = softmax(logits[None])
            return dict(zip(self._names, map(float, shares), strict=True))
        likeliest = dict.fromkeys(self._names, 0.0)
        for name, each in zip(self._names, 1 / (1 + np.exp(-logits)), strict=True):
            likeliest[name] = max(likeliest[name], float(each))
        return {**likeliest, self._rest: 1 - max(likeliest.values())}
