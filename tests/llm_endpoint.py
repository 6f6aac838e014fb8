"""A FAKE LLM at the network edge: a real HTTP server on loopback that speaks the OpenAI chat
protocol, streams too, and misbehaves as told. Answers come from a script, never from a model.

    with LLMEndpoint() as llm:
        llm.script(answer("Welcome!"), status(429, retry_after=7), drip(seconds=10))
        ... llm.base_url ... llm.requests ...

By hand: python -m tests.llm_endpoint --port 8099 --text "Welcome!" [--delay 2] [--fail drip]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import threading
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, cast
from weakref import WeakSet

MODEL = "fake-llm"
USAGE = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}
Behaviour = Callable[["Exchange"], Awaitable[None]]


@dataclass
class Request:
    path: str
    headers: dict[str, str]
    body: dict[str, Any]


@dataclass
class Exchange:
    """One request and the way back to who asked."""

    request: Request
    writer: asyncio.StreamWriter

    @property
    def streaming(self) -> bool:
        return bool(self.request.body.get("stream"))

    async def send(self, data: str | bytes) -> None:
        self.writer.write(data.encode() if isinstance(data, str) else data)
        await self.writer.drain()

    async def head(self, status: int = 200, kind: str = "application/json", **headers: Any) -> None:
        lines = [f"HTTP/1.1 {status} Fake", f"Content-Type: {kind}", "Connection: close"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        await self.send("\r\n".join(lines) + "\r\n\r\n")

    async def event(self, delta: dict[str, Any], finish_reason: str | None = None) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
        await self._chunk(choices=[choice])

    async def tally(self, usage: dict[str, Any]) -> None:
        """What a stream took: OpenAI's chunk without choices, if it was asked for."""
        options = self.request.body.get("stream_options") or {}
        if options.get("include_usage"):
            await self._chunk(choices=[], usage=usage)

    async def _chunk(self, **more: Any) -> None:
        chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": MODEL}
        await self.send(f"data: {json.dumps(chunk | more)}\n\n")


def answer(
    text: str = "Welcome, traveller.",
    *,
    delay: float = 0.0,
    finish_reason: str = "stop",
    pieces: list[str] | None = None,
    between: float = 0.0,
    usage: dict[str, Any] | None = USAGE,
    thoughts: str = "",
    done: bool = True,
) -> Behaviour:
    """`pieces` are what a stream sends one by one, `between` seconds apart; words by default.
    `thoughts` come apart from the answer; without `done` a stream hangs after its last word."""

    async def behave(exchange: Exchange) -> None:
        await asyncio.sleep(delay)
        if not exchange.streaming:
            await exchange.head()
            await exchange.send(json.dumps(_completion(text, finish_reason, usage, thoughts)))
            return
        await exchange.head(kind="text/event-stream")
        if thoughts:
            await exchange.event({"content": None, "reasoning_content": thoughts})
        for piece in pieces or _words(text):
            await exchange.event({"content": piece})
            await asyncio.sleep(between)
        await exchange.event({}, finish_reason)
        if not done:
            await asyncio.sleep(60)
        if usage:
            await exchange.tally(usage)
        await exchange.send("data: [DONE]\n\n")

    return behave


def refusing(*parameters: str, named: bool = True, code: int = 400) -> Behaviour:
    """Rejects requests that hold one of these, by name or just so; answers all others."""

    async def behave(exchange: Exchange) -> None:
        held = [each for each in parameters if each in exchange.request.body]
        message = f"Unrecognized request argument supplied: {held[0]}" if held and named else "no"
        await (status(code, message=message) if held else answer())(exchange)

    return behave


def status(code: int, *, retry_after: float | str | None = None, message: str = "no") -> Behaviour:
    async def behave(exchange: Exchange) -> None:
        headers: dict[str, Any] = {} if retry_after is None else {"Retry_After": retry_after}
        await exchange.head(code, **headers)
        await exchange.send(json.dumps({"error": {"message": message, "type": "fake"}}))

    return behave


def drip(seconds: float, *, every: float = 0.05) -> Behaviour:
    """Keep-alive bytes for `seconds`, then a proper answer; as DeepSeek does under load."""

    async def behave(exchange: Exchange) -> None:
        streaming = exchange.streaming
        await exchange.head(kind="text/event-stream" if streaming else "application/json")
        for _ in range(round(seconds / every)):
            await exchange.send(": keep-alive\n\n" if streaming else "\n")
            await asyncio.sleep(every)
        if streaming:
            await exchange.event({"content": "late"}, "stop")
            await exchange.send("data: [DONE]\n\n")
        else:
            await exchange.send(json.dumps(_completion("late", "stop")))

    return behave


def truncated(text: str = "The treasure lies") -> Behaviour:
    """The connection ends in the middle of the answer, without an end of any kind."""

    async def behave(exchange: Exchange) -> None:
        if exchange.streaming:
            await exchange.head(kind="text/event-stream")
            for word in _words(text):
                await exchange.event({"content": word})
        else:
            await exchange.head(Content_Length=1000)
            await exchange.send(json.dumps(_completion(text, "stop"))[:60])

    return behave


def garbage(text: str = "<html>busy{{{") -> Behaviour:
    async def behave(exchange: Exchange) -> None:
        await exchange.head(kind="text/event-stream" if exchange.streaming else "application/json")
        await exchange.send(f"data: {text}\n\n" if exchange.streaming else text)

    return behave


def closed() -> Behaviour:
    """The connection is closed without a byte."""

    async def behave(exchange: Exchange) -> None:
        exchange.writer.transport.abort()

    return behave


def _words(text: str) -> list[str]:
    first, *rest = text.split(" ")
    return [first, *(f" {word}" for word in rest)]


def _completion(
    text: str, finish_reason: str, usage: dict[str, Any] | None = USAGE, thoughts: str = ""
) -> dict[str, Any]:
    message = {"role": "assistant", "content": text}
    if thoughts:
        message["reasoning_content"] = thoughts
    completion = {
        "id": "1",
        "object": "chat.completion",
        "created": 1,
        "model": MODEL,
        "choices": [{"index": 0, "message": message, "finish_reason": finish_reason}],
    }
    return completion | ({"usage": usage} if usage else {})


@dataclass
class LLMEndpoint:
    """Runs in a thread of its own. Scripted behaviours are used up in order, then `default`."""

    port: int = 0
    default: Behaviour = field(default_factory=answer)
    requests: list[Request] = field(default_factory=list)
    _script: deque[Behaviour] = field(default_factory=deque)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def script(self, *behaviours: Behaviour) -> None:
        self._script.extend(behaviours)

    def __enter__(self) -> LLMEndpoint:
        ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(ready)))
        self._thread.start()
        ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    async def _serve(self, ready: threading.Event) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self._serving: set[asyncio.Task[None]] = set()
        self._writers: WeakSet[asyncio.StreamWriter] = WeakSet()
        server = await asyncio.start_server(self._connected, "127.0.0.1", self.port)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await self._stop.wait()
        server.close()
        for task in self._serving:
            task.cancel()
        while self._serving:
            await asyncio.sleep(0)
        for writer in self._writers:
            writer.transport.abort()  # what a client never read would keep it open
        await asyncio.sleep(0)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = cast("asyncio.Task[None]", asyncio.current_task())
        self._serving.add(task)
        self._writers.add(writer)
        try:
            request = await _read(reader)
            self.requests.append(request)
            behave = self._script.popleft() if self._script else self.default
            await behave(Exchange(request, writer))
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._serving.discard(task)
            writer.close()


async def _read(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    pairs = (line.split(": ", 1) for line in head[1:] if line)
    headers = {name.lower(): value for name, value in pairs}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Request(head[0].split(" ")[1], headers, json.loads(body or b"{}"))


FAILURES: dict[str, Callable[[], Behaviour]] = {
    "none": answer,
    "drip": lambda: drip(60),
    "429": lambda: status(429, retry_after=5),
    "500": lambda: status(500),
    "401": lambda: status(401),
    "empty": lambda: answer(" "),
    "truncated": truncated,
    "garbage": garbage,
    "closed": closed,
}


def main() -> None:
    parser = argparse.ArgumentParser(description="A fake LLM on 127.0.0.1 for trials and tests.")
    parser.add_argument("--port", type=int, default=8099)
    parser.add_argument("--text", default="Welcome, traveller.")
    parser.add_argument("--delay", type=float, default=0.0)
    parser.add_argument("--fail", choices=sorted(FAILURES), default="none")
    options = parser.parse_args()
    behave = FAILURES[options.fail]()
    if options.fail == "none":
        behave = answer(options.text, delay=options.delay)
    with LLMEndpoint(port=options.port, default=behave) as llm:
        print(f"fake LLM at {llm.base_url}", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            pass


if __name__ == "__main__":
    main()
