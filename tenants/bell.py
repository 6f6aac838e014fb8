"""Waiting in a coroutine for what another process does. A bell only makes waiting shorter: whoever
waits looks at the database by itself every now and then, and goes on if Redis is away."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from channels.layers import get_channel_layer

from tenants.context import tenant
from tenants.live import bell_group

log = logging.getLogger(__name__)

LEAVING = 1.0
"""Seconds for saying that nobody waits any more."""
Wait = Callable[[float], Awaitable[None]]


@asynccontextmanager
async def bell(name: str) -> AsyncIterator[Wait]:
    """Yields a function that waits so many seconds, or until `live.ring(name)` was called on the
    present server. What rang since the last wait counts."""
    rung = asyncio.Event()

    async def wait(seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await rung.wait()
        except TimeoutError:
            return
        rung.clear()

    listening = asyncio.create_task(_listen(bell_group(tenant(), name), rung))
    try:
        yield wait
    finally:
        # Not waited for: Redis may be away. The loop keeps the task until it has ended.
        _leaving.add(listening)
        listening.add_done_callback(_leaving.discard)
        listening.cancel()


_leaving: set[asyncio.Task[None]] = set()


async def _listen(group: str, rung: asyncio.Event) -> None:
    layer: Any = get_channel_layer()
    try:
        channel = await layer.new_channel()
        try:
            await layer.group_add(group, channel)
            while True:
                await layer.receive(channel)
                rung.set()
        finally:
            async with asyncio.timeout(LEAVING):
                await layer.group_discard(group, channel)
    except Exception as error:
        log.debug("no bell (%s)", type(error).__name__)
