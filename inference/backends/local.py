"""The models in this very process; for a machine with one process, and for tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from inference.adapters.base import Folders
from inference.batching import Priority
from inference.catalogue import MODELS
from inference.embedding import embed
from inference.engine import Engine


class LocalBackend:
    def __init__(self, path: Path, device: str = "cpu") -> None:
        self.engine = Engine(MODELS, Folders(models=path, cache=path / "graphs", device=device))

    async def embed(
        self, texts: Sequence[str], *, deadline: float, priority: Priority
    ) -> list[list[float]]:
        vectors = await embed(self.engine, texts, deadline=deadline, priority=priority)
        return [vector.tolist() for vector in vectors]

    async def health(self, *, deadline: float) -> Mapping[str, Any]:
        states = {key: about["state"] for key, about in self.engine.status().items()}
        return {"status": "ready", "models": states}

    async def models(self, *, deadline: float) -> Mapping[str, Mapping[str, Any]]:
        return self.engine.status()
