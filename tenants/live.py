"""What happens now, for the people who watch: one channel group per server.

Publishing never makes a caller wait: events go through a bounded queue to one thread per process.
If the channel layer is away or too slow, events are dropped and counted; the page fetches what it
missed, because every turn is in the database."""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cache
from typing import Any

from channels.layers import get_channel_layer
from django.db import transaction

from tenants.context import tenant
from tenants.models import Server

log = logging.getLogger(__name__)

QUEUE_SIZE = 10_000
SEND_TIMEOUT = 2.0
GATHERING = 0.02
"""Seconds in which more events may come that are sent with the first: fewer switches of threads."""
Event = dict[str, Any]


def publish(topic: str, payload: Event) -> None:
    """Tell the watchers of the present server, once the open transaction has committed."""
    group = tenant().live_group
    message = {"type": "live.event", "topic": topic, "payload": payload}
    transaction.on_commit(lambda: _publisher().put(group, message))


def membership_changed(server: Server, *, user_id: int) -> None:
    """Tell this person's open pages, once the open transaction has committed."""
    message = {"type": "membership.changed", "user_id": user_id}
    transaction.on_commit(lambda: _publisher().put(server.live_group, message))


class Publisher:
    def __init__(self) -> None:
        self._queue: queue.Queue[tuple[str, Event]] = queue.Queue(QUEUE_SIZE)
        self.dropped = 0
        threading.Thread(target=self._run, name="live", daemon=True).start()

    def put(self, group: str, message: Event) -> None:
        try:
            self._queue.put_nowait((group, message))
        except queue.Full:
            self.dropped += 1

    def _run(self) -> None:
        # The thread itself waits, not an executor's: that would keep the process from ending.
        layer = get_channel_layer()
        with asyncio.Runner() as runner:
            while True:
                first = self._queue.get()
                time.sleep(GATHERING)
                waiting = [first, *self._waiting()]
                runner.run(self._send(layer, waiting))

    def _waiting(self) -> Iterator[tuple[str, Event]]:
        with suppress(queue.Empty):
            while True:
                yield self._queue.get_nowait()

    async def _send(self, layer: Any, waiting: Sequence[tuple[str, Event]]) -> None:
        """All of them in SEND_TIMEOUT; the first failure loses the rest, not one timeout each."""
        sent = 0
        try:
            async with asyncio.timeout(SEND_TIMEOUT):
                for group, message in waiting:
                    await layer.group_send(group, message)
                    sent += 1
        except Exception as error:
            lost = len(waiting) - sent
            self.dropped += lost
            log.warning("live view: %d events dropped (%s)", lost, type(error).__name__)


@cache
def _publisher() -> Publisher:
    return Publisher()
