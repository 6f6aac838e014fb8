"""The inference process on the other end of a socket."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from aiworld import measures, tracing
from aiworld.breaker import Breaker
from aiworld.errors import AIWorldError, DeadlineExceeded, Unavailable
from aiworld.loops import PerLoop
from inference.backends.base import Read
from inference.backends.connection import Connection, Lost
from inference.batching import Interrupted, Priority
from inference.credentials import NOBODY, Credentials

PATIENCE = 0.5
"""Seconds in which a process that lives, however busy, answers a question about its health."""
AWAY = 1.0
"""Seconds for which a process that did not answer is left alone."""


class RemoteBackend:
    def __init__(
        self,
        address: str,
        breaker: Breaker | None = None,
        *,
        credentials: Credentials = NOBODY,
    ) -> None:
        self._breaker = breaker or Breaker(
            "the inference process",
            failures=3,
            seconds=AWAY,
            refused=measures.turned_away.labels("inference").inc,
        )
        self._connections = PerLoop(
            lambda: Connection(address, self._breaker.succeeded, credentials), Connection.close
        )

    async def embed(
        self, texts: Sequence[str], *, deadline: float, priority: Priority
    ) -> list[list[float]]:
        request = {"op": "embed", "items": list(texts), "priority": priority}
        blocks = await self._call(request, deadline)
        return [np.frombuffer(block, dtype="<f4").tolist() for block in blocks]

    async def classify(
        self,
        models: Sequence[str],
        texts: Sequence[str],
        *,
        vectors: bool,
        deadline: float,
        priority: Priority,
    ) -> list[Read]:
        request: dict[str, Any] = {"op": "classify", "models": list(models), "items": list(texts)}
        request |= {"priority": priority, "vectors": vectors}
        answers = await self._call(request, deadline)
        return [
            Read(np.frombuffer(block, dtype="<f4").tolist() if block else None, labels)
            for block, labels in answers
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
        request = {"op": task, "model": model, "items": list(items), "priority": priority}
        if task == "rerank":
            request["query"] = query
        answers: list[Any] = await self._call(request, deadline)
        return answers

    async def change(self, model: str, *, loaded: bool, deadline: float) -> None:
        await self._call({"op": "load" if loaded else "unload", "model": model}, deadline)

    async def health(self, *, deadline: float) -> Mapping[str, Any]:
        health: Mapping[str, Any] = await self._call({"op": "health"}, deadline)
        return health

    async def models(self, *, deadline: float) -> Mapping[str, Mapping[str, Any]]:
        models: Mapping[str, Mapping[str, Any]] = await self._call({"op": "models"}, deadline)
        return models

    async def _call(self, request: Mapping[str, Any], deadline: float) -> Any:
        self._breaker.check()
        connection = self._connections.get()
        try:
            with tracing.span(f"inference {request['op']}"):
                async with asyncio.timeout(deadline):
                    return await connection.call({**request, "deadline_ms": 1000 * deadline})
        except TimeoutError:
            connection.examine(self._examine)
            raise DeadlineExceeded("the inference process did not answer in time") from None
        except Lost as error:
            self._breaker.failed()
            raise Interrupted("the inference process is away", retry_after=AWAY) from error
        except ssl.SSLCertVerificationError as error:
            self._breaker.failed()
            told = "the inference process shows no certificate that is trusted here"
            raise Unavailable(told, retry_after=AWAY) from error
        except OSError as error:
            self._breaker.failed()
            raise Unavailable("the inference process is away", retry_after=AWAY) from error

    async def _examine(self, connection: Connection) -> None:
        """Tells a busy process, which a late answer alone does not condemn, from a frozen one."""
        try:
            async with asyncio.timeout(PATIENCE):
                await connection.call({"op": "health"})
        except (OSError, AIWorldError):
            self._breaker.open_for(AWAY, "does not answer")
            connection.drop()
