from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from inference.batching import Priority


class Read(NamedTuple):
    """What models made of one text."""

    vector: list[float] | None
    """The shared encoder's, if it was asked for."""
    labels: Mapping[str, Mapping[str, float]]
    """By model the probability of each label; a model that could not be asked is not there."""

    def best(self, model: str) -> tuple[str, float]:
        """The likeliest label and its probability; ("", 0.0) if the model was not asked."""
        said = self.labels.get(model)
        return max(said.items(), key=lambda each: each[1]) if said else ("", 0.0)


class Span(NamedTuple):
    """A name in a text; characters from `start` up to, not with, `end`."""

    start: int
    end: int
    label: str


class Backend(Protocol):
    """Items are checked (`inference.texts`, `inference.rows`) and at most MAX_TEXTS; `deadline` in
    seconds, above 0."""

    async def embed(
        self, texts: Sequence[str], *, deadline: float, priority: Priority
    ) -> list[list[float]]: ...

    async def classify(
        self,
        models: Sequence[str],
        texts: Sequence[str],
        *,
        vectors: bool,
        deadline: float,
        priority: Priority,
    ) -> list[Read]:
        """With `vectors` they come along, and a model that cannot be asked is left out."""

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
        """tag, rerank (with its query), score, forecast or generate; a result per item."""

    async def change(self, model: str, *, loaded: bool, deadline: float) -> None:
        """Loads it, or frees its memory."""

    async def health(self, *, deadline: float) -> Mapping[str, Any]:
        """{status, models: {key: state}}"""

    async def models(self, *, deadline: float) -> Mapping[str, Mapping[str, Any]]:
        """What `Engine.status` says."""
