"""A TCP proxy that misbehaves as told, in a thread of its own: between us and PostgreSQL, Redis,
gRPC or a language model.

    with FaultProxy(host, port) as proxy:
        proxy.set(latency=0.05, jitter=0.01, rate=20_000)    # slow
        proxy.set(blackhole="down")      # nothing comes back; "up": nothing goes; "both"
        proxy.set(cut_after=300)         # reset after 300 bytes of answer
        proxy.set(refuse=True); proxy.drop_all(); proxy.clear()"""

from __future__ import annotations

import asyncio
import random
import socket
import struct
import threading
from contextlib import suppress
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Faults:
    latency: float = 0.0
    """Seconds before each piece is passed on."""
    jitter: float = 0.0
    rate: float = 0.0
    """Bytes a second; 0: as fast as it goes."""
    blackhole: str = ""
    cut_after: int | None = None
    refuse: bool = False


class FaultProxy:
    def __init__(self, host: str, port: int = 0, *, seed: int = 1) -> None:
        """`host`: a name, or the path of a unix socket."""
        self._up = (host, port)
        self._random = random.Random(seed)
        self._faults = Faults()
        self._writers: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.port = 0
        self.accepted = 0

    def __enter__(self) -> FaultProxy:
        self._thread.start()
        assert self._started.wait(60)
        return self

    def __exit__(self, *_: object) -> None:
        self.drop_all()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def set(self, **faults: object) -> None:
        self._faults = replace(self._faults, **faults)

    def clear(self) -> None:
        self._faults = Faults()

    def drop_all(self) -> None:
        self._loop.call_soon_threadsafe(lambda: [_reset(each) for each in list(self._writers)])

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._started.set()
        self._loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        host, port = self._up
        try:
            if self._faults.refuse:
                raise ConnectionRefusedError
            there = (
                asyncio.open_unix_connection(host)
                if host.startswith("/")
                else asyncio.open_connection(host, port)
            )
            up_reader, up_writer = await there
        except OSError:
            _reset(writer)
            return
        both = {writer, up_writer}
        self._writers |= both
        up = self._pump(reader, up_writer, "up", both)
        await asyncio.gather(up, self._pump(up_reader, writer, "down", both))
        self._writers -= both

    async def _pump(self, reader, writer, way: str, both) -> None:
        passed = 0
        with suppress(OSError, asyncio.CancelledError):
            while data := await reader.read(65536):
                while self._faults.blackhole in (way, "both"):
                    await asyncio.sleep(0.05)
                faults = self._faults
                wait = faults.latency + self._random.uniform(-1, 1) * faults.jitter
                wait += len(data) / faults.rate if faults.rate else 0
                if wait > 0:
                    await asyncio.sleep(wait)
                cut = faults.cut_after
                if way == "down" and cut is not None and passed + len(data) > cut:
                    writer.write(data[: max(0, cut - passed)])
                    await writer.drain()
                    for each in both:
                        _reset(each)
                    return
                passed += len(data)
                writer.write(data)
                await writer.drain()
        with suppress(OSError, RuntimeError):
            writer.close()


def _reset(writer: asyncio.StreamWriter) -> None:
    if plug := writer.get_extra_info("socket"):
        with suppress(OSError):
            plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
