"""The inference process: one engine for many clients.

A connection carries many requests at once; answers go out as they are ready, matched by `id`.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import socket
import ssl
from collections.abc import Iterable, Mapping, Sequence
from operator import methodcaller
from typing import Any, TypedDict, cast

from aiworld.errors import AIWorldError, Invalid, Unavailable
from inference import answering, wire
from inference.batching import Interrupted, Overloaded, Priority
from inference.engine import Engine
from inference.rows import check as check_rows
from inference.sockets import BUFFER
from inference.texts import MAX_TEXTS, check

logger = logging.getLogger(__name__)

MAX_IN_FLIGHT = 256
"""Requests of one connection that are worked on at once."""
MAX_MODELS = 16
"""Models of one request."""
LONGEST = 60.0
"""Seconds; also the deadline of a request that names none."""
GREETING, GREETING_SECONDS = 1024, 5.0
"""Bytes, and the time to send them, of the frame in which a client over TCP says who it is."""


class Server:
    def __init__(
        self,
        engine: Engine,
        *,
        drain: float = 10.0,
        token: str = "",
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """`drain`: seconds that running requests get when the server stops. `token`, `tls`: for
        TCP; a unix socket is read by its owner alone."""
        self._engine, self._patience = engine, drain
        self._token, self._tls = token, tls
        self._connections: dict[asyncio.StreamWriter, set[asyncio.Task[None]]] = {}
        self._draining = False

    async def serve(self, listener: socket.socket, stop: asyncio.Event) -> None:
        """Answers until `stop` is set, then finishes what runs."""
        # start_server would set TCP options on a unix socket's listener, and the reverse.
        unix = listener.family == socket.AF_UNIX
        if not unix and not self._token:
            raise Invalid("over TCP everybody could ask: INFERENCE_TOKEN is needed")
        start = asyncio.start_unix_server if unix else asyncio.start_server
        connected = self._connected if unix else self._greeted
        server = await start(connected, sock=listener, limit=BUFFER, ssl=self._tls)
        await stop.wait()
        server.close()
        await self._drain()

    async def _drain(self) -> None:
        self._draining = True
        running = [task for tasks in self._connections.values() for task in tasks]
        if running:
            await asyncio.wait(running, timeout=self._patience)
        # A client that does not read its answers keeps a closing connection open.
        for end in (methodcaller("close"), methodcaller("abort")):
            for writer in self._connections:
                end(writer.transport)
            for _ in range(100):
                if not self._connections:
                    return
                await asyncio.sleep(0.01)

    async def _greeted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Over TCP, nobody is heard before the token."""
        try:
            async with asyncio.timeout(GREETING_SECONDS):
                hello = await wire.read(reader, longest=GREETING)
        except (EOFError, OSError, TimeoutError, wire.BadFrame):
            hello = {}
        said = str(hello.get("token", "")).encode()
        if hello.get("op") == "hello" and hmac.compare_digest(said, self._token.encode()):
            writer.write(wire.encode({"id": None, "ok": True}))
            await self._connected(reader, writer)
            return
        logger.warning("a client was turned away: it does not have the token")
        refusal = Unavailable("the inference process does not know this token", retry_after=30.0)
        writer.write(wire.encode({"id": None, "ok": False, "error": wire.error_to_map(refusal)}))
        writer.close()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks = self._connections[writer] = set()
        try:
            while True:
                message = await wire.read(reader)
                if message.get("op") == "cancel":
                    _cancel(tasks, message.get("id"))
                    continue
                answer = self._reply(writer, message, len(tasks))
                task = asyncio.create_task(answer, name=_name(message.get("id")))
                tasks.add(task)
                task.add_done_callback(tasks.discard)
                if len(tasks) >= 2 * MAX_IN_FLIGHT:
                    # Even refusals pile up when nobody reads them: stop listening for a while.
                    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        except (EOFError, OSError):
            pass
        except wire.BadFrame as error:
            logger.warning("a client was cut off: %s", error)
        finally:
            for task in tasks:
                task.cancel()
            writer.close()
            del self._connections[writer]

    async def _reply(
        self, writer: asyncio.StreamWriter, message: Mapping[str, Any], in_flight: int
    ) -> None:
        reply: dict[str, Any] = {"id": message.get("id")}
        try:
            if self._draining:
                raise Interrupted("the inference server is shutting down", retry_after=1.0)
            if in_flight >= MAX_IN_FLIGHT:
                raise Overloaded("too many requests on one connection", retry_after=0.1)
            reply |= {"ok": True, "result": await self._answer(message)}
        except AIWorldError as error:
            reply |= {"ok": False, "error": wire.error_to_map(error)}
        except Exception:
            logger.exception("a request failed")
            failure = Unavailable("the inference server failed on this request")
            reply |= {"ok": False, "error": wire.error_to_map(failure)}
        try:
            writer.write(wire.encode(reply))
            await writer.drain()
        except OSError:
            pass

    async def _answer(self, message: Mapping[str, Any]) -> Any:
        match message.get("op"):
            case "embed":
                return await self._embed(message)
            case "classify":
                return await self._classify(message)
            case "tag":
                return await self._run(message, "tag", check(_items(message)))
            case "rerank":
                return await self._rerank(message)
            case "score" | "forecast" as op:
                return await self._run(message, op, check_rows(_items(message)))
            case "generate":
                return await self._generate(message)
            case "load" | "unload" as op:
                change = self._engine.load if op == "load" else self._engine.unload
                await asyncio.to_thread(change, _model(message))
                return self._engine.status()[_model(message)]["state"]
            case "health":
                states = {key: about["state"] for key, about in self._engine.status().items()}
                return {"status": "ready", "models": states}
            case "models":
                return self._engine.status()
        raise Invalid("there is no such operation", field="op")

    async def _embed(self, message: Mapping[str, Any]) -> list[bytes]:
        texts = check(_items(message))
        vectors = await answering.embed(self._engine, texts, **_patience(message))
        return [vector.astype("<f4").tobytes() for vector in vectors]

    async def _classify(self, message: Mapping[str, Any]) -> list[list[Any]]:
        """Per text the vector, empty if nobody wants it, and the labels by model."""
        keys, texts = _models(message), check(_items(message))
        vectors = message.get("vectors") is True
        read = await answering.classify(
            self._engine, keys, texts, **_patience(message), vectors=vectors
        )
        return [
            [b"" if each.vector is None else each.vector.astype("<f4").tobytes(), each.labels]
            for each in read
        ]

    async def _rerank(self, message: Mapping[str, Any]) -> list[float]:
        (query,) = check([message.get("query")])
        pairs = [(query, text) for text in check(_items(message))]
        return await self._run(message, "rerank", pairs)

    async def _generate(self, message: Mapping[str, Any]) -> list[Any]:
        key, chats = _model(message), cast(Sequence[Mapping[str, Any]], _items(message))
        answering.task(self._engine, key, "generate")
        return await answering.generate(self._engine, key, chats, **_patience(message))

    async def _run(self, message: Mapping[str, Any], task: str, items: Sequence[Any]) -> list[Any]:
        key = _model(message)
        answering.task(self._engine, key, task)
        return await answering.run(self._engine, key, items, **_patience(message))


class Patience(TypedDict):
    deadline: float
    priority: Priority


def _patience(message: Mapping[str, Any]) -> Patience:
    return {"deadline": _deadline(message), "priority": _priority(message)}


def _model(message: Mapping[str, Any]) -> str:
    model = message.get("model")
    if not isinstance(model, str):
        raise Invalid("model must be the name of one", field="model")
    return model


def _models(message: Mapping[str, Any]) -> list[str]:
    models = message.get("models")
    if not isinstance(models, list) or not 0 < len(models) <= MAX_MODELS:
        raise Invalid(f"models must be a list of 1 to {MAX_MODELS} names", field="models")
    if not all(isinstance(model, str) for model in models):
        raise Invalid("models must be names", field="models")
    return list(dict.fromkeys(models))


def _name(number: object) -> str:
    return f"request {number}"


def _cancel(tasks: Iterable[asyncio.Task[None]], number: object) -> None:
    """Nobody waits for this answer any more: what is queued of it is not worked on."""
    for task in tasks:
        if task.get_name() == _name(number):
            task.cancel()


def _items(message: Mapping[str, Any]) -> Sequence[object]:
    items = message.get("items")
    if not isinstance(items, list) or len(items) > MAX_TEXTS:
        raise Invalid(f"items must be a list of at most {MAX_TEXTS}", field="items")
    return items


def _deadline(message: Mapping[str, Any]) -> float:
    """Seconds."""
    milliseconds = message.get("deadline_ms")
    if milliseconds is None:
        return LONGEST
    if not isinstance(milliseconds, int | float) or not milliseconds > 0:
        raise Invalid("deadline_ms must be a positive number", field="deadline_ms")
    return min(milliseconds / 1000, LONGEST)


def _priority(message: Mapping[str, Any]) -> Priority:
    priority = message.get("priority", "interactive")
    if priority not in ("interactive", "background"):
        raise Invalid("priority must be interactive or background", field="priority")
    return cast(Priority, priority)
