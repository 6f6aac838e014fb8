"""Runs a request of several items on an engine; the server and the `local` backend share this."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from aiworld.errors import DeadlineExceeded, Invalid, Unavailable
from inference.batching import Priority
from inference.catalogue import EMBEDDER
from inference.engine import Engine
from inference.wanted import Wanted

Labels = Mapping[str, float]
"""A probability per label, all labels, together 1."""


class Read(NamedTuple):
    """What the models made of one text."""

    vector: NDArray[np.float32] | None
    """The shared encoder's, if it was asked for."""
    labels: Mapping[str, Labels]
    """By model; without those that cannot be asked now."""


async def run(
    engine: Engine, key: str, items: Sequence[Any], *, deadline: float, priority: Priority
) -> list[Any]:
    """One result per item, within `deadline` seconds. Raises as `Engine.submit` and its future."""
    futures: list[Future[Any]] = []
    moment = time.monotonic() + deadline
    try:
        for item in items:
            futures.append(engine.submit(key, item, deadline=moment, priority=priority))
        async with asyncio.timeout(deadline):
            results: list[Any] = await asyncio.gather(*map(asyncio.wrap_future, futures))
            return results
    except TimeoutError:
        raise DeadlineExceeded("the model did not answer in time") from None
    finally:
        for future in futures:
            future.cancel()


async def embed(
    engine: Engine, texts: Sequence[str], *, deadline: float, priority: Priority
) -> list[NDArray[np.float32]]:
    """One vector per text."""
    return await run(engine, EMBEDDER, texts, deadline=deadline, priority=priority)


async def classify(
    engine: Engine,
    keys: Sequence[str],
    texts: Sequence[str],
    *,
    deadline: float,
    priority: Priority,
    vectors: bool = False,
) -> list[Read]:
    """What the models `keys` say of each text. All that work on the shared encoder's vector get it
    from one pass. With `vectors` those come back, too, and a model that cannot be asked is left
    out; without, that is Unavailable."""
    moment = time.monotonic() + deadline
    for key in keys:
        task(engine, key, "classify")
    shared = vectors or any(engine.spec(key).reads == EMBEDDER for key in keys)
    made = await embed(engine, texts, deadline=deadline, priority=priority) if shared else None
    left = max(moment - time.monotonic(), 0.001)

    def items(key: str) -> Sequence[Any]:
        if made is None or not engine.spec(key).reads:
            return texts
        return list(zip(texts, made, strict=True))

    said = await asyncio.gather(
        *(run(engine, key, items(key), deadline=left, priority=priority) for key in keys),
        return_exceptions=True,
    )
    heard = _heard(dict(zip(keys, said, strict=True)), lenient=vectors)
    return [
        Read(
            made[at] if made and vectors else None,
            {key: labels[at] for key, labels in heard.items()},
        )
        for at in range(len(texts))
    ]


async def generate(
    engine: Engine,
    key: str,
    chats: Sequence[Mapping[str, Any]],
    *,
    deadline: float,
    priority: Priority,
) -> list[Any]:
    """One answer per chat. Nothing more is written once nobody waits."""
    ends_at = time.monotonic() + deadline
    wanted = [Wanted(chat, ends_at) for chat in chats]
    try:
        return await run(engine, key, wanted, deadline=deadline, priority=priority)
    finally:
        for each in wanted:
            each.unwanted.set()


def task(engine: Engine, key: str, wanted: str) -> None:
    """Raises NotFound for an unknown model, Invalid for one that does something else."""
    does = engine.spec(key).task
    if does != wanted:
        raise Invalid(f"the model {key} does not {wanted}, it does {does}", field="model")


def _heard(said: Mapping[str, Any], *, lenient: bool) -> dict[str, Any]:
    for each in said.values():
        if isinstance(each, BaseException) and not (lenient and isinstance(each, Unavailable)):
            raise each
    return {key: each for key, each in said.items() if not isinstance(each, BaseException)}
