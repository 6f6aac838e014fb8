"""One connection to the inference process, many calls at once on it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from itertools import count
from typing import Any

from inference import wire
from inference.credentials import NOBODY, Credentials
from inference.sockets import connect


class Lost(ConnectionResetError):
    """The connection ended after a question was sent: nobody knows what became of it."""


class Connection:
    """Opens when it is first used and again whenever it was lost. Of one event loop."""

    def __init__(
        self, address: str, heard: Callable[[], None], credentials: Credentials = NOBODY
    ) -> None:
        """`heard` is called for every frame that comes in."""
        self._address, self._heard, self._credentials = address, heard, credentials
        self._ids = count(1)
        self._opening = asyncio.Lock()
        self._writer: asyncio.StreamWriter | None = None
        self._listener: asyncio.Task[None] | None = None
        self._examination: asyncio.Task[None] | None = None
        self._waiting: dict[int, asyncio.Future[Any]] = {}

    async def call(self, request: Mapping[str, Any]) -> Any:
        """Raises OSError when there is no connection, Lost when it ended after the question was
        sent, otherwise what the server raised."""
        number = next(self._ids)
        frame = wire.encode({**request, "id": number})
        writer = await self._open()
        future = self._waiting[number] = asyncio.get_running_loop().create_future()
        try:
            writer.write(frame)
            await _drained(writer)
            return await future
        except asyncio.CancelledError:
            self._forget(writer, number)
            raise
        finally:
            self._waiting.pop(number, None)

    def _forget(self, writer: asyncio.StreamWriter, number: int) -> None:
        """Nobody waits any more, so the model need not work on it."""
        if writer is self._writer and not writer.is_closing():
            writer.write(wire.encode({"op": "cancel", "id": number}))

    def examine(self, examination: Callable[[Connection], Coroutine[Any, Any, None]]) -> None:
        """Starts it, unless one is under way."""
        if self._examination is None or self._examination.done():
            self._examination = asyncio.create_task(examination(self))

    async def close(self) -> None:
        self.drop()
        if tasks := [task for task in (self._listener, self._examination) if task]:
            await asyncio.wait(tasks)

    def drop(self) -> None:
        """Fails the calls in flight; the next call opens anew."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        waiting, self._waiting = self._waiting, {}
        for future in waiting.values():
            if not future.done():
                future.set_exception(Lost("the connection was lost"))

    async def _open(self) -> asyncio.StreamWriter:
        async with self._opening:
            if self._writer is None:
                reader, self._writer = await connect(self._address, self._credentials)
                self._listener = asyncio.create_task(self._listen(reader, self._writer))
            return self._writer

    async def _listen(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                self._settle(await wire.read(reader))
        except (EOFError, OSError, wire.BadFrame):
            pass
        finally:
            if self._writer is writer:
                self.drop()
            writer.close()

    def _settle(self, reply: Mapping[str, Any]) -> None:
        self._heard()
        future = self._waiting.get(reply.get("id", 0))
        if future is None or future.done():
            return
        if reply.get("ok"):
            future.set_result(reply.get("result"))
        else:
            future.set_exception(wire.error_from_map(reply.get("error") or {}))


async def _drained(writer: asyncio.StreamWriter) -> None:
    try:
        await writer.drain()
    except OSError as error:
        raise Lost("the connection was lost") from error
