from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from inference.batching import Priority


class Backend(Protocol):
    async def embed(
        self, texts: Sequence[str], *, deadline: float, priority: Priority
    ) -> list[list[float]]:
        """At most `texts.MAX_TEXTS` checked texts; `deadline` in seconds, above 0."""

    async def health(self, *, deadline: float) -> Mapping[str, Any]:
        """{status, models: {key: state}}"""

    async def models(self, *, deadline: float) -> Mapping[str, Mapping[str, Any]]:
        """What `Engine.status` says."""
