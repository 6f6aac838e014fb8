"""Runs a request of several texts on an engine; the server and the `local` backend share this."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from concurrent.futures import Future
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aiworld.errors import DeadlineExceeded
from inference.batching import Priority
from inference.catalogue import EMBEDDER
from inference.engine import Engine


async def embed(
    engine: Engine, texts: Sequence[str], *, deadline: float, priority: Priority
) -> list[NDArray[np.float32]]:
    """One vector per text, within `deadline` seconds. Raises as `Engine.submit` and its future."""
    futures: list[Future[Any]] = []
    moment = time.monotonic() + deadline
    try:
        for text in texts:
            futures.append(engine.submit(EMBEDDER, text, deadline=moment, priority=priority))
        async with asyncio.timeout(deadline):
            vectors: list[NDArray[np.float32]] = await asyncio.gather(
                *map(asyncio.wrap_future, futures)
            )
            return vectors
    except TimeoutError:
        raise DeadlineExceeded("the model did not answer in time") from None
    finally:
        for future in futures:
            future.cancel()
