"""Callers of a gRPC method. They send bytes that were made before and read no reply, so that most
of what is measured is the server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import grpc
import uvloop

from benchmarks.machine import Window

T = TypeVar("T")


TIMEOUT = 20.0
"""Seconds, of a call."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """A method of a server, and who calls."""

    address: str
    method: str
    metadata: tuple[tuple[str, str], ...] = ()
    deadline: float = TIMEOUT
    """Seconds, of each call."""


@dataclass(frozen=True, kw_only=True)
class Flow:
    """Calls that begin `rate` times a second, whether or not earlier ones have ended."""

    target: Target
    requests: Iterator[bytes]
    rate: float


@dataclass
class Taken:
    """What calls took, in seconds, and the codes of those that failed."""

    latencies: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def percentile(self, share: float) -> float:
        """In milliseconds."""
        ordered = sorted(self.latencies)
        return 1000 * ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def closed(
    target: Target, requests: Iterator[bytes], *, callers: int, seconds: float, window: Window
) -> Taken:
    """`callers` call one after the other for `seconds`, after a warm-up of a fifth of that."""
    return _run(_closed(target, requests, callers, seconds, window))


def paced(
    target: Target, requests: Iterator[bytes], *, rate: float, seconds: float, window: Window
) -> Taken:
    """`rate` calls begin every second, whether or not earlier ones have ended."""
    return _run(_paced(target, requests, rate, seconds, window))


def beside(
    target: Target,
    requests: Iterator[bytes],
    slow: Iterator[bytes],
    *,
    callers: int,
    spread: float,
    again: bool,
    settle: float,
    rate: float,
    seconds: float,
    window: Window,
) -> tuple[Taken, Taken]:
    """`paced` calls, begun `settle` seconds after the first of `callers` that send what is slow and
    begin within `spread` seconds; these go on calling if `again`. Returns both."""
    return _run(
        _beside(target, requests, slow, callers, spread, again, settle, rate, seconds, window)
    )


def together(flows: Sequence[Flow], *, seconds: float, window: Window) -> list[Taken]:
    """All flows side by side, each over a connection of its own."""
    return _run(_together(flows, seconds, window))


def all_at_once(target: Target, requests: Sequence[bytes]) -> Taken:
    return _run(_all_at_once(target, requests))


def _run(work: Coroutine[Any, Any, T]) -> T:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


@asynccontextmanager
async def _calling(target: Target) -> AsyncIterator[Any]:
    # One connection, as a map-server has.
    async with grpc.aio.insecure_channel(target.address) as channel:
        method = channel.unary_unary(target.method, None, None)

        async def call(request: bytes, taken: Taken) -> None:
            began = time.perf_counter()
            try:
                await method(request, timeout=target.deadline, metadata=target.metadata)
            except grpc.aio.AioRpcError as error:
                taken.failures.append(f"{error.code().name}: {error.details()}")
            else:
                taken.latencies.append(time.perf_counter() - began)

        yield call


async def _closed(
    target: Target, requests: Iterator[bytes], callers: int, seconds: float, window: Window
) -> Taken:
    async with _calling(target) as call:

        async def go_on(taken: Taken, until: float) -> None:
            while time.perf_counter() < until:
                await call(next(requests), taken)

        async def everybody(span: float) -> Taken:
            taken = Taken()
            until = time.perf_counter() + span
            await asyncio.gather(*(go_on(taken, until) for _ in range(callers)))
            return taken

        await everybody(seconds / 5)
        with window:
            return await everybody(seconds)


async def _paced(
    target: Target, requests: Iterator[bytes], rate: float, seconds: float, window: Window
) -> Taken:
    taken, loop = Taken(), asyncio.get_running_loop()
    async with _calling(target) as call, asyncio.TaskGroup() as calls:
        await call(next(requests), Taken())
        with window:
            began = loop.time()
            for number in range(round(rate * seconds)):
                await asyncio.sleep(max(began + number / rate - loop.time(), 0))
                calls.create_task(call(next(requests), taken))
    return taken


async def _beside(
    target: Target,
    requests: Iterator[bytes],
    slow: Iterator[bytes],
    callers: int,
    spread: float,
    again: bool,
    settle: float,
    rate: float,
    seconds: float,
    window: Window,
) -> tuple[Taken, Taken]:
    waiting, loop = Taken(), asyncio.get_running_loop()
    until = loop.time() + settle + seconds

    async with _calling(target) as call, asyncio.TaskGroup() as calls:

        async def wait(number: int) -> None:
            await asyncio.sleep(spread * number / callers)
            await call(next(slow), waiting)
            while again and loop.time() < until:
                await call(next(slow), waiting)

        for number in range(callers):
            calls.create_task(wait(number))
        await asyncio.sleep(settle)
        taken = await _paced(target, requests, rate, seconds, window)
    return taken, waiting


async def _together(flows: Sequence[Flow], seconds: float, window: Window) -> list[Taken]:
    with window:
        return await asyncio.gather(*(_flow(flow, seconds) for flow in flows))


async def _flow(flow: Flow, seconds: float) -> Taken:
    taken, loop = Taken(), asyncio.get_running_loop()
    async with _calling(flow.target) as call, asyncio.TaskGroup() as calls:
        began = loop.time()
        for number in range(round(flow.rate * seconds)):
            await asyncio.sleep(max(began + number / flow.rate - loop.time(), 0))
            calls.create_task(call(next(flow.requests), taken))
    return taken


async def _all_at_once(target: Target, requests: Sequence[bytes]) -> Taken:
    taken = Taken()
    async with _calling(target) as call:
        await asyncio.gather(*(call(request, taken) for request in requests))
    return taken
