"""One log line per call: method, how it ended, how long it took. Never what was said."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

from grpc_api.interceptors.base import Context, Interceptor, Stream, Unary, metadata

log = logging.getLogger(__name__)


class Observe(Interceptor):
    def unary(self, proceed: Unary, method: str) -> Unary:
        async def call(request: Any, context: Context) -> Any:
            with timed(context, method):
                return await proceed(request, context)

        return call

    def stream(self, proceed: Stream, method: str) -> Stream:
        async def call(request: Any, context: Context) -> AsyncIterator[Any]:
            with timed(context, method):
                async for part in proceed(request, context):
                    yield part

        return call


@contextmanager
def timed(context: Context, method: str) -> Iterator[None]:
    began = time.perf_counter()
    try:
        yield
    except asyncio.CancelledError:
        _note(logging.INFO, context, method, "cancelled", began)
        raise
    except BaseException:
        _note(logging.INFO, context, method, str(context.code()), began)
        raise
    _note(logging.DEBUG, context, method, "ok", began)


def _note(level: int, context: Context, method: str, outcome: str, began: float) -> None:
    if log.isEnabledFor(level):
        ms = (time.perf_counter() - began) * 1000
        log.log(
            level, "%s %s in %.1f ms %s", method, outcome, ms, metadata(context, "x-request-id")
        )
