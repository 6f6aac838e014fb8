"""Vectors without weights, for tests: texts that share words are closer. Always the same.
A text gets the label that it has as a word, else the first; a row gets 0.5."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import lru_cache
from hashlib import shake_128
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aiworld.errors import Invalid, NotFound
from inference.backends.base import Read
from inference.batching import Priority, Statistics
from inference.cards import read
from inference.catalogue import MODELS
from inference.lineup import folders
from inference.overview import facts
from inference.spec import ModelSpec

DIMENSIONS = 384
_WORD, _NAME = re.compile(r"\w+"), re.compile(r"(?<!^)\b[A-Z]\w+")
_SPECS = {spec.key: spec for spec in MODELS}


class FakeBackend:
    async def embed(
        self, texts: Sequence[str], *, deadline: float, priority: Priority
    ) -> list[list[float]]:
        return [vector(text) for text in texts]

    async def classify(
        self,
        models: Sequence[str],
        texts: Sequence[str],
        *,
        vectors: bool,
        deadline: float,
        priority: Priority,
    ) -> list[Read]:
        for model in models:
            _spec(model, "classify")
        return [
            Read(
                vector(text) if vectors else None,
                {model: _shares(text, _labels(model)) for model in models},
            )
            for text in texts
        ]

    async def ask(
        self,
        task: str,
        model: str,
        items: Sequence[Any],
        *,
        query: str,
        deadline: float,
        priority: Priority,
    ) -> list[Any]:
        _spec(model, task)
        match task:
            case "tag":
                return [[(*m.span(), "MISC") for m in _NAME.finditer(text)] for text in items]
            case "rerank":
                wanted = np.array(vector(query))
                return [float(wanted @ np.array(vector(text))) for text in items]
            case "generate":
                return [{"text": "I hear you.", "prompt_tokens": 1, "completion_tokens": 4,
                         "finish_reason": "stop"} for _ in items]  # fmt: skip
        return [_scored(item) for item in items]

    async def change(self, model: str, *, loaded: bool, deadline: float) -> None:
        _spec(model)

    async def health(self, *, deadline: float) -> Mapping[str, Any]:
        return {"status": "ready", "models": {spec.key: "ready" for spec in MODELS}}

    async def models(self, *, deadline: float) -> Mapping[str, Mapping[str, Any]]:
        return {spec.key: _status(spec) for spec in MODELS}


def _status(spec: ModelSpec) -> dict[str, Any]:
    """With every name that `Slot.status` has."""
    return {**facts(spec, folders()), "memory": 0, "state": "ready", "reason": "", "queued": 0,
            **asdict(Statistics())}  # fmt: skip


def _scored(item: Any) -> Any:
    """As inference.adapters.learned answers, where many rows are one item."""
    if not isinstance(item, Mapping) or "rows" not in item:
        return 0.5
    return {"values": [0.5 for _ in item["rows"]], "model": "baseline", "weights": "simulated",
            "version": "fake", "alert_at": None}  # fmt: skip


def _spec(model: str, task: str = "") -> None:
    if model not in _SPECS:
        raise NotFound(f"there is no model {model!r}")
    if task and _SPECS[model].task != task:
        raise Invalid(f"the model {model} does not {task}", field="model")


def _labels(model: str) -> tuple[str, ...]:
    card = read(model)
    return card.labels if card and card.labels else ("no", "yes")


def _shares(text: str, labels: Sequence[str]) -> dict[str, float]:
    """For the label that stands in the text by its name, else for the first."""
    named = [label for label in labels if label in _WORD.findall(text.lower())]
    meant, rest = (named or labels)[0], 0.01 / max(len(labels) - 1, 1)
    return {label: 0.99 if label == meant else rest for label in labels}


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
