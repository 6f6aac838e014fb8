"""Callers who read what they are answered."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import grpc
import uvloop

from benchmarks.load import TIMEOUT
from benchmarks.replay.lines import Line
from grpc_api.pb.aiworld.v1 import common_pb2, dialogue_pb2, dialogue_pb2_grpc

T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True)
class Heard:
    line: Line
    source: str
    text: str
    seconds: float


def request(line: Line) -> dialogue_pb2.TalkRequest:
    return dialogue_pb2.TalkRequest(
        request_id=uuid.uuid4().hex,
        npc=key(line.npc),
        player=common_pb2.Player(
            char_id=100_000 + line.player, name=f"Hero{line.player}", language=line.language
        ),
        text=line.text,
    )


def key(npc: int) -> str:
    return f"prontera/Npc{npc}"


def replayed(address: str, api_key: str, lines: Sequence[Line], callers: int) -> list[Heard]:
    """Every line once, so many at a time, in their order."""
    return _run(_replayed(address, api_key, lines, callers))


def first_lines(address: str, api_key: str, lines: Sequence[Line], callers: int) -> list[float]:
    """Seconds to the first thing that a stream says."""
    return _run(_first_lines(address, api_key, lines, callers))


def echoed(address: str, method: str, payloads: Sequence[bytes], callers: int) -> list[float]:
    """Seconds of a bare echo, with as many callers."""
    return _run(_echoed(address, method, payloads, callers))


def _run(work: Coroutine[Any, Any, U]) -> U:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


async def _each(waiting: Sequence[T], callers: int, one: Callable[[T], Awaitable[U]]) -> list[U]:
    todo, done = iter(waiting), list[U]()

    async def go_on() -> None:
        for each in todo:
            done.append(await one(each))

    await asyncio.gather(*(go_on() for _ in range(callers)))
    return done


async def _replayed(address: str, api_key: str, lines: Sequence[Line], callers: int) -> list[Heard]:
    async with grpc.aio.insecure_channel(address) as channel:
        stub = dialogue_pb2_grpc.DialogueStub(channel)  # type: ignore[no-untyped-call]

        async def one(line: Line) -> Heard:
            sent, began = request(line), time.perf_counter()
            reply = await stub.Talk(sent, metadata=(("x-api-key", api_key),), timeout=TIMEOUT)
            took = time.perf_counter() - began
            source = common_pb2.Source.Name(reply.source).removeprefix("SOURCE_").lower()
            return Heard(line, source, reply.text, took)

        return await _each(lines, callers, one)


async def _first_lines(
    address: str, api_key: str, lines: Sequence[Line], callers: int
) -> list[float]:
    async with grpc.aio.insecure_channel(address) as channel:
        stub = dialogue_pb2_grpc.DialogueStub(channel)  # type: ignore[no-untyped-call]

        async def one(line: Line) -> float:
            began, first = time.perf_counter(), None
            call = stub.StreamTalk(
                request(line), metadata=(("x-api-key", api_key),), timeout=TIMEOUT
            )
            async for _ in call:
                first = first or time.perf_counter() - began
            assert first is not None
            return first

        return await _each(lines, callers, one)


async def _echoed(
    address: str, method: str, payloads: Sequence[bytes], callers: int
) -> list[float]:
    async with grpc.aio.insecure_channel(address) as channel:
        call = channel.unary_unary(method, None, None)

        async def one(payload: bytes) -> float:
            began = time.perf_counter()
            await call(payload, timeout=TIMEOUT)
            return time.perf_counter() - began

        return await _each(payloads, callers, one)
