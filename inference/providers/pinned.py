"""Connects to an address that a customer typed, and to nothing else: the name is looked up once,
what it leads to is judged (`aiworld.egress`), and the connection goes to that very address,
whatever the name leads to a moment later. TLS and the Host header still speak of the name."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import httpx2

from aiworld import egress
from aiworld.egress import Target
from aiworld.errors import Invalid

CONNECTIONS = httpx2.Limits(max_connections=50, max_keepalive_connections=5)
MAX_BYTES = 1024 * 1024
"""Of one response; a chat completion has a few thousand."""
PINNED = 60.0
"""Seconds that an address is used again without asking for the name."""
Lookup = Callable[[str, int], Awaitable[Sequence[str]]]


class Blocked(httpx2.ConnectError):
    """The message is for the owner."""


async def look_up(host: str, port: int) -> Sequence[str]:
    # Threads of their own: names that are slow to look up hold up nobody else.
    return await asyncio.get_running_loop().run_in_executor(_threads(), _addresses, host, port)


class PinnedTransport(httpx2.AsyncHTTPTransport):
    def __init__(self, target: Target, *, lookup: Lookup = look_up, verify: Any = True) -> None:
        super().__init__(verify=verify, trust_env=False, retries=0, limits=CONNECTIONS)
        self._target, self._lookup = target, lookup
        self._lock = asyncio.Lock()
        self._address, self._until = "", 0.0

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        wanted = (request.url.scheme, request.url.host, request.url.port)
        target = self._target
        port = None if target.port == egress.PORTS[target.scheme] else target.port
        if wanted != (target.scheme, target.host, port):
            raise Blocked("was about to be asked elsewhere")
        request.url = request.url.copy_with(host=await self._pinned())
        request.extensions = {**request.extensions, "sni_hostname": target.host}
        request.headers["accept-encoding"] = "identity"
        return bounded(await super().handle_async_request(request))

    async def _pinned(self) -> str:
        async with self._lock:
            now = asyncio.get_running_loop().time()
            if now >= self._until:
                self._address = await self._looked_up()
                self._until = now + PINNED
            return self._address

    async def _looked_up(self) -> str:
        try:
            found = await self._lookup(self._target.host, self._target.port)
            return egress.judged(self._target, found)
        except Invalid as error:
            raise Blocked(error.message) from None
        except OSError:
            raise Blocked("cannot be found: its name leads nowhere") from None


def bounded(response: httpx2.Response) -> httpx2.Response:
    """Its body may have MAX_BYTES. Compressed ones are refused: they may grow without end."""
    encoding = response.headers.get("content-encoding", "identity").lower()
    if encoding != "identity":
        raise Blocked("sent a compressed answer, though it was asked not to")
    stream = response.stream
    assert isinstance(stream, httpx2.AsyncByteStream)
    response.stream = _Bounded(stream)
    return response


class _Bounded(httpx2.AsyncByteStream):
    def __init__(self, inner: httpx2.AsyncByteStream) -> None:
        self._inner = inner

    async def __aiter__(self) -> AsyncIterator[bytes]:
        total = 0
        async for piece in self._inner:
            total += len(piece)
            if total > MAX_BYTES:
                raise Blocked(f"sent more than {MAX_BYTES // 1024} KB")
            yield piece

    async def aclose(self) -> None:
        await self._inner.aclose()


def _addresses(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(8, thread_name_prefix="names")
