"""The models in this very process; for a machine with one process, and for tests."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from inference import answering
from inference.adapters.base import Folders
from inference.backends.base import Read
from inference.batching import Priority
from inference.engine import Engine
from inference.spec import ModelSpec


class LocalBackend:
    def __init__(self, models: Sequence[ModelSpec], folders: Folders) -> None:
        self.engine = Engine(models, folders)

    async def embed(
        self, texts: Sequence[str], *, deadline: float, priority: Priority
    ) -> list[list[float]]:
        vectors = await answering.embed(self.engine, texts, deadline=deadline, priority=priority)
        return [vector.tolist() for vector in vectors]

    async def classify(
        self,
        models: Sequence[str],
        texts: Sequence[str],
        *,
        vectors: bool,
        deadline: float,
        priority: Priority,
    ) -> list[Read]:
        read = await answering.classify(
            self.engine, models, texts, deadline=deadline, priority=priority, vectors=vectors
        )
        return [
            Read(None if each.vector is None else each.vector.tolist(), each.labels)
            for each in read
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
        answering.task(self.engine, model, task)
        if task == "generate":
            return await answering.generate(
                self.engine, model, items, deadline=deadline, priority=priority
            )
        asked = [(query, item) for item in items] if task == "rerank" else items
        return await answering.run(self.engine, model, asked, deadline=deadline, priority=priority)

    async def change(self, model: str, *, loaded: bool, deadline: float) -> None:
        await asyncio.to_thread(self.engine.load if loaded else self.engine.unload, model)

    async def health(self, *, deadline: float) -> Mapping[str, Any]:
        states = {key: about["state"] for key, about in self.engine.status().items()}
        return {"status": "ready", "models": states}

    async def models(self, *, deadline: float) -> Mapping[str, Mapping[str, Any]]:
        return self.engine.status()
