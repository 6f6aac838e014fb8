"""How much at once, and how long."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings

from aiworld.errors import DeadlineExceeded, OverQuota
from grpc_api.interceptors.base import Context, Interceptor, Stream, Unary

LASTING = {"/aiworld.v1.World/StreamWorldEvents"}
"""Streams that live as long as their client: they end themselves, and count for themselves
(grpc_api/streams.py)."""
TOO_MANY = "this process works on as many calls as it may; try again in a moment"
PAST = "the deadline had passed when the call arrived"


def time_left(context: Context) -> float:
    """Seconds this call may still take."""
    remaining = context.time_remaining()
    limit = float(settings.REQUEST_TIMEOUT)
    return limit if remaining is None else min(float(remaining), 60.0)


class Limits(Interceptor):
    def __init__(self) -> None:
        super().__init__()
        self.in_flight = 0

    def unary(self, proceed: Unary, method: str) -> Unary:
        async def call(request: Any, context: Context) -> Any:
            with self.admitted(context) as seconds:
                async with asyncio.timeout(seconds):
                    return await proceed(request, context)

        return call

    def stream(self, proceed: Stream, method: str) -> Stream:
        if method in LASTING:
            return proceed

        async def call(request: Any, context: Context) -> AsyncIterator[Any]:
            with self.admitted(context) as seconds:
                ends_at = asyncio.get_running_loop().time() + seconds
                parts = proceed(request, context)
                while True:
                    # Not one timeout around it all: it would cut off whoever takes the parts.
                    async with asyncio.timeout_at(ends_at):
                        part = await anext(parts, None)
                    if part is None:
                        return
                    yield part

        return call

    @contextmanager
    def admitted(self, context: Context) -> Iterator[float]:
        seconds = time_left(context)
        if seconds <= 0:
            raise DeadlineExceeded(PAST)
        if self.in_flight >= settings.MAX_CONCURRENT_REQUESTS:
            raise OverQuota(TOO_MANY, limit="concurrent_calls", retry_after=0.5)
        self.in_flight += 1
        try:
            yield seconds
        finally:
            self.in_flight -= 1
