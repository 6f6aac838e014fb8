"""Streams that live long: how many there may be, when they end, and that a client which takes
nothing does not hold one."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import grpc

from aiworld.errors import OverQuota, Unavailable
from grpc_api.interceptors.base import Context, metadata
from tenants import api_keys
from tenants.context import run_in_public
from tenants.models import Server

PER_SERVER = 16
SLOW = 30.0
"""Seconds after which a client that took nothing is dropped."""
BEFORE = 0.5
"""Seconds before its deadline that a stream ends by itself."""
TOO_MANY = "this server has as many streams open as it may"
TOO_SLOW = "nothing was taken for too long; come again with the cursor"
LONGEST_TELLING = 60.0
"""Seconds that the status of a dropped stream may wait."""
STOPPING = "this process stops; come again with the cursor"


class Streams:
    """Of one process."""

    def __init__(self) -> None:
        self._open: Counter[int] = Counter()
        self.stopping = False

    @contextmanager
    def seat(self, server: Server) -> Iterator[None]:
        if self._open[server.pk] >= PER_SERVER:
            raise OverQuota(TOO_MANY, limit="streams", retry_after=5)
        self._open[server.pk] += 1
        try:
            yield
        finally:
            self._open[server.pk] -= 1
            if not self._open[server.pk]:
                del self._open[server.pk]

    def open(self, server: Server) -> int:
        return self._open[server.pk]

    async def may_go_on(self, context: Context) -> None:
        """Raises what is wrong with the key by now, or Unavailable if this process stops."""
        if self.stopping:
            raise Unavailable(STOPPING, retry_after=1)
        await run_in_public(api_keys.resolve, metadata(context, "x-api-key"))


streams = Streams()


def ends_at(context: Context, max_seconds: int) -> float:
    """Of the loop's clock."""
    remaining = context.time_remaining()
    seconds = float("inf") if remaining is None else max(remaining - BEFORE, 0.0)
    return asyncio.get_running_loop().time() + min(seconds, max_seconds or float("inf"))


@contextmanager
def taken_soon(context: Context) -> Iterator[None]:
    """Around the handing over of one message. A client that reads nothing would keep us waiting for
    ever: gRPC's own flow control has no end."""
    task = asyncio.current_task()
    assert task is not None
    timer = asyncio.get_running_loop().call_later(SLOW, _drop, context, task)
    try:
        yield
    finally:
        timer.cancel()


def _drop(context: Context, task: asyncio.Task[Any]) -> None:
    # The status waits behind what the client has not read yet, so nobody waits for it.
    telling = asyncio.ensure_future(_tell(context))
    _telling.add(telling)
    telling.add_done_callback(_telling.discard)
    task.cancel()


async def _tell(context: Context) -> None:
    with suppress(Exception):
        async with asyncio.timeout(LONGEST_TELLING):
            await context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, TOO_SLOW)


_telling: set[asyncio.Future[None]] = set()
