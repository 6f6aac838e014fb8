"""One log line per call and its counts: method, how it ended, how long it took. Never what was
said."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import grpc

from aiworld import measures, tracing
from aiworld.logs import working_on
from grpc_api.interceptors.base import Context, Interceptor, Stream, Unary, metadata

log = logging.getLogger(__name__)
TALKS = ("Dialogue/Talk", "Dialogue/StreamTalk")
CODES = {code.value[0]: code.name for code in grpc.StatusCode}


class Observe(Interceptor):
    def unary(self, proceed: Unary, method: str) -> Unary:
        name = short(method)

        async def call(request: Any, context: Context) -> Any:
            with observed(context, name, request) as told:
                reply = await proceed(request, context)
                told.first_words()
                return reply

        return call

    def stream(self, proceed: Stream, method: str) -> Stream:
        name = short(method)

        async def call(request: Any, context: Context) -> AsyncIterator[Any]:
            # Parts may be asked for from other contexts, so what the log says is set for each.
            told = Told(name, context)
            parts = proceed(request, context)
            with told.until_it_ends(context):
                while True:
                    with working_on(name, request_id(request, context)), told.traced():
                        part = await anext(parts, None)
                    if part is None:
                        return
                    told.first_words()
                    yield part

        return call


class Told:
    """The clock of one call."""

    def __init__(self, method: str, context: Context) -> None:
        self._method = method
        caller = {tracing.HEADER: metadata(context, tracing.HEADER)} if tracing.on() else {}
        self._span = tracing.begun(method, tracing.parent_of(caller), rpc_system="grpc")
        self._began = time.perf_counter()
        self._spoken = method not in TALKS

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self._began

    def traced(self) -> AbstractContextManager[Any]:
        return tracing.within(self._span)

    def first_words(self) -> None:
        if not self._spoken:
            self._spoken = True
            measures.first_line_seconds.observe(self.seconds)

    @contextmanager
    def until_it_ends(self, context: Context) -> Iterator[None]:
        try:
            yield
        except (asyncio.CancelledError, GeneratorExit):
            self._note(logging.INFO, "CANCELLED")
            raise
        except BaseException:
            self._note(logging.INFO, ending(context))
            raise
        self._note(logging.DEBUG, "OK")

    def _note(self, level: int, code: str) -> None:
        seconds = self.seconds
        tracing.ended(self._span, "" if code == "OK" else code)
        measures.calls.labels(self._method, code).inc()
        measures.call_seconds.labels(self._method).observe(seconds)
        if log.isEnabledFor(level):
            log.log(level, "%s %s in %.1f ms", self._method, code, seconds * 1000)


@contextmanager
def observed(context: Context, method: str, request: Any) -> Iterator[Told]:
    told = Told(method, context)
    about = working_on(method, request_id(request, context))
    with about, told.traced(), told.until_it_ends(context):
        yield told


def short(method: str) -> str:
    """Dialogue/Talk of /aiworld.v1.Dialogue/Talk."""
    return method.rpartition(".")[2]


def request_id(request: Any, context: Context) -> str:
    return metadata(context, "x-request-id") or str(getattr(request, "request_id", ""))


def ending(context: Context) -> str:
    """The name of the status; UNKNOWN if nothing set one."""
    code: Any = context.code()
    if isinstance(code, grpc.StatusCode):
        return code.name
    return CODES.get(code, "UNKNOWN") if code else "UNKNOWN"
