"""A small websocket client (RFC 6455): tests decide themselves when it reads and when not."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import struct
from contextlib import suppress
from urllib.parse import urlsplit


class Closed(Exception):
    def __init__(self, code):
        super().__init__(code)
        self.code = code


class WebSocket:
    def __init__(self, reader, writer):
        self._reader, self._writer = reader, writer

    @classmethod
    async def open(cls, site, path, *, cookie="", origin=None):
        """Raises Closed with the HTTP status if the server refuses."""
        host, port = urlsplit(site).hostname, urlsplit(site).port
        # A small buffer: whoever does not read is soon noticed.
        reader, writer = await asyncio.open_connection(host, port, limit=2**14)
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [
            f"GET {path} HTTP/1.1",
            f"Host: {host}:{port}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
            f"Origin: {origin or site}",
            f"Cookie: {cookie}",
        ]
        writer.write("\r\n".join([*lines, "", ""]).encode())
        status = int((await reader.readuntil(b"\r\n\r\n")).split()[1])
        if status != 101:
            await cls(reader, writer).cut()
            raise Closed(status)
        return cls(reader, writer)

    async def receive(self, seconds=10):
        async with asyncio.timeout(seconds):
            while True:
                opcode, data = await self._frame()
                if opcode == 8:
                    await self.cut()
                    raise Closed(struct.unpack(">H", data[:2])[0] if data else 1005)
                if opcode == 1:
                    return json.loads(data)

    async def until(self, topic, seconds=10):
        while (message := await self.receive(seconds))["topic"] != topic:
            pass
        return message

    async def send(self, message):
        data = json.dumps(message).encode()
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[at % 4] for at, byte in enumerate(data))
        length = (
            struct.pack(">B", 128 | len(data))
            if len(data) < 126
            else struct.pack(">BH", 254, len(data))
        )
        self._writer.write(b"\x81" + length + mask + masked)
        await self._writer.drain()

    async def cut(self):
        """Gone without a word."""
        self._writer.transport.abort()
        with suppress(OSError):
            await self._writer.wait_closed()

    async def _frame(self):
        try:
            first, second = await self._reader.readexactly(2)
            length = second & 127
            if length > 125:
                size, form = (2, ">H") if length == 126 else (8, ">Q")
                [length] = struct.unpack(form, await self._reader.readexactly(size))
            return first & 15, await self._reader.readexactly(length)
        except (asyncio.IncompleteReadError, ConnectionError):
            raise Closed(1006) from None
