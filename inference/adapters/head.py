"""A head: a linear layer on the shared encoder's vector and the pieces of the line's words, and a
softmax. What it costs beside the encoder's pass is a hundredth of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from inference.adapters.base import Folders
from inference.adapters.weights import NotBetter, Untrained, WeightsDiffer, find, verify
from inference.cards import read
from inference.pieces import BUCKETS, pieces
from inference.spec import ModelSpec

CODE, WIDTH = "1", 384
"""Version of what goes into a head; weights of another are refused. Length of a vector."""
Item = tuple[str, NDArray[np.float32]]


class Head:
    def __init__(self, spec: ModelSpec, folders: Folders) -> None:
        folder, card = find(spec, folders.models), read(spec.key)
        if card is None:
            raise Untrained("it has no card")
        if not card.beats:
            raise NotBetter("it does no better than its baseline")
        if card.code != CODE:
            raise WeightsDiffer(f"it was trained for version {card.code}, this is {CODE}")
        verify(spec.weights, folder)
        tensors = load_file(folder / f"{spec.key}.safetensors")
        self._weight = tensors["weight"].astype(np.float32)
        self._bias = tensors["bias"].astype(np.float32)
        self._scale = float(tensors["scale"][0])
        self._labels = card.labels
        if self._weight.shape != (len(self._labels), WIDTH + BUCKETS):
            raise WeightsDiffer("its shape does not fit its labels")
        self.memory = self._weight.nbytes

    def prepare(self, items: Sequence[Item]) -> NDArray[np.float32]:
        vectors = np.stack([vector for _, vector in items])
        return features([text for text, _ in items], vectors, self._scale)

    def run(self, prepared: NDArray[np.float32]) -> NDArray[np.float32]:
        return softmax(prepared @ self._weight.T + self._bias)

    def finish(self, output: NDArray[np.float32]) -> Sequence[Mapping[str, float]]:
        return [dict(zip(self._labels, map(float, row), strict=True)) for row in output]


def features(
    texts: Sequence[str], vectors: NDArray[np.float32], scale: float
) -> NDArray[np.float32]:
    """(texts, 384 + BUCKETS); `scale` says how much the pieces count beside the vector."""
    return np.concatenate([vectors, scale * pieces(texts)], axis=1, dtype=np.float32)


def softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: NDArray[np.float32] = powers / powers.sum(axis=1, keepdims=True)
    return shares
