"""Vectors without weights, for tests: texts that share words are closer. Always the same."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from hashlib import shake_128
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.batching import Priority
from inference.catalogue import MODELS

DIMENSIONS = 384
_WORD = re.compile(r"\w+")


class FakeBackend:
    async def embed(
        self, texts: Sequence[str], *, deadline: float, priority: Priority
    ) -> list[list[float]]:
        return [vector(text) for text in texts]

    async def health(self, *, deadline: float) -> Mapping[str, Any]:
        return {"status": "ready", "models": {spec.key: "ready" for spec in MODELS}}

    async def models(self, *, deadline: float) -> Mapping[str, Mapping[str, Any]]:
        return {spec.key: {"task": spec.task, "state": "ready"} for spec in MODELS}


def vector(text: str) -> list[float]:
    """Of unit length: the sum of one direction per word, signs drawn from the word's hash."""
    words = _WORD.findall(text.lower()) or [""]
    total = np.sum([_direction(word) for word in words], axis=0)
    values: list[float] = (total / np.linalg.norm(total)).tolist()
    return values


@lru_cache(4096)
def _direction(word: str) -> NDArray[np.floating]:
    digest = shake_128(word.encode()).digest(DIMENSIONS // 8)
    return np.unpackbits(np.frombuffer(digest, dtype=np.uint8)) * 2.0 - 1.0
