"""Callers of an inference process: each asks its next line when the last was answered."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from aiworld.errors import AIWorldError
from inference.backends.remote import RemoteBackend

DEADLINE = 60.0


@dataclass
class Asked:
    seconds: float = 0.0
    """For all lines together."""
    latencies: list[float] = field(default_factory=list)
    """Seconds of each."""


async def ask(address: str, lines: Sequence[str], number: int) -> Asked:
    backend, waiting, asked = RemoteBackend(address), iter(lines), Asked()

    async def talk() -> None:
        for line in waiting:
            began = time.perf_counter()
            await backend.embed([line], deadline=DEADLINE, priority="interactive")
            asked.latencies.append(time.perf_counter() - began)

    started = time.perf_counter()
    await asyncio.gather(*(talk() for _ in range(number)))
    asked.seconds = time.perf_counter() - started
    return asked


async def load_all(address: str) -> tuple[dict[str, int], list[str]]:
    """Bytes that each model takes once it is loaded, and the names of those that cannot be."""
    backend = RemoteBackend(address)
    away = []
    for key in await backend.models(deadline=DEADLINE):
        try:
            await backend.change(key, loaded=True, deadline=DEADLINE)
        except AIWorldError:
            away.append(key)
    about = await backend.models(deadline=DEADLINE)
    taken = {key: int(about[key]["memory"]) for key in about if about[key]["state"] == "ready"}
    return taken, away
