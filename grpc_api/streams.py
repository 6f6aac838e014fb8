"""Streams that live long: how many there may be, when they end, and that a client which takes
nothing does not hold one.

gRPC hands a message over when it fits into the windows of HTTP/2's flow control, read or not; so a
client that reads nothing is noticed when these are full, some 64 KiB later. It is told so behind
what is on its way, and until it has read that or has left, gRPC holds as much for it."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import grpc

from aiworld.errors import OverQuota, Unavailable
from grpc_api.interceptors.base import Context, metadata
from grpc_api.tls import revocation
from tenants import api_keys
from tenants.context import run_in_public
from tenants.models import Server

log = logging.getLogger(__name__)

PER_SERVER = 16
PARTING = 16
"""Of one server, streams that were dropped and whose clients have neither read why nor left: what
gRPC holds for them is bounded so."""
SLOW = 30.0
"""Seconds that a message may wait for room before the client is dropped."""
BEFORE = 0.5
"""Seconds before its deadline that a stream ends by itself."""
TOO_MANY = "this server has as many streams open as it may"
TOO_SLOW = "nothing was taken for too long; come again with the cursor"
STOPPING = "this process stops; come again with the cursor"


class Streams:
    """Of one process."""

    def __init__(self) -> None:
        self._open: Counter[int] = Counter()
        self._parting: Counter[int] = Counter()
        self._telling: set[asyncio.Task[None]] = set()
        self.stopping = False

    @contextmanager
    def seat(self, server: Server) -> Iterator[None]:
        if self._open[server.pk] >= PER_SERVER or self._parting[server.pk] >= PARTING:
            raise OverQuota(TOO_MANY, limit="streams", retry_after=5)
        with _counted(self._open, server):
            yield

    def open(self, server: Server) -> int:
        return self._open[server.pk]

    def parting(self, server: Server) -> int:
        """Streams that were dropped and whose clients have neither read why nor left."""
        return self._parting[server.pk]

    @contextmanager
    def taken_soon(self, context: Context, server: Server) -> Iterator[None]:
        """Around the handing over of one message: waits for room SLOW seconds at most."""
        task = asyncio.current_task()
        assert task is not None
        loop = asyncio.get_running_loop()
        timer = loop.call_later(SLOW, self._drop, context, server, task)
        try:
            yield
        finally:
            timer.cancel()

    def _drop(self, context: Context, server: Server, task: asyncio.Task[Any]) -> None:
        # The status waits behind what the client has not read, so the stream does not wait for it.
        telling = asyncio.get_running_loop().create_task(self._tell(context, server))
        self._telling.add(telling)
        telling.add_done_callback(self._telling.discard)
        task.cancel()

    async def _tell(self, context: Context, server: Server) -> None:
        """Ends when the client has the status, or has gone."""
        with _counted(self._parting, server):
            try:
                await context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, TOO_SLOW)
            except Exception as error:  # abort always raises
                log.debug("a slow client was dropped (%s)", type(error).__name__)

    async def may_go_on(self, context: Context) -> None:
        """Raises what is wrong with the key or the certificate by now, or Unavailable if this
        process stops."""
        if self.stopping:
            raise Unavailable(STOPPING, retry_after=1)
        revocation.watch.check(context)
        await run_in_public(api_keys.resolve, metadata(context, "x-api-key"))


@contextmanager
def _counted(counter: Counter[int], server: Server) -> Iterator[None]:
    counter[server.pk] += 1
    try:
        yield
    finally:
        counter[server.pk] -= 1
        if not counter[server.pk]:
            del counter[server.pk]


streams = Streams()


def ends_at(context: Context, max_seconds: int) -> float:
    """Of the loop's clock."""
    remaining = context.time_remaining()
    seconds = float("inf") if remaining is None else max(remaining - BEFORE, 0.0)
    return asyncio.get_running_loop().time() + min(seconds, max_seconds or float("inf"))
