"""What happens now, for the people who watch: one channel group per server.

Publishing never makes a caller wait: events go through a bounded queue to one thread per process.
If the channel layer is away or too slow, events are dropped and counted; the page fetches what it
missed, because every turn is in the database. While nobody watches a server nothing is published at
all (`tenants.presence`)."""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cache
from typing import Any

from channels.layers import get_channel_layer
from django.db import transaction

from tenants.context import tenant
from tenants.models import Server
from tenants.presence import Presence

log = logging.getLogger(__name__)

QUEUE_SIZE = 10_000
SEND_TIMEOUT = 2.0
GATHERING = 0.02
"""Seconds in which more events may come that are sent with the first: fewer switches of threads."""
Event = dict[str, Any]
ASK: Event = {}
"""Stands in the queue for the question whether anybody watches."""


def publish(topic: str, payload: Event | Callable[[], Event]) -> None:
    """Tell the watchers of the present server, once the open transaction has committed. A payload
    that is a function is made only if somebody watches."""
    group = tenant().live_group
    # Whether somebody watches is asked after the commit: whoever comes later reads the database.
    transaction.on_commit(lambda: _publisher().tell(group, topic, payload))


def ring(name: str) -> None:
    """Wake whoever waits in `tenants.bell` for this name on the present server."""
    group = bell_group(tenant(), name)
    transaction.on_commit(lambda: _publisher().put(group, {"type": "live.ring"}))


def bell_group(server: Server, name: str) -> str:
    return f"{server.live_group}.{name}"


def send(group: str, topic: str, payload: Event) -> None:
    """Tell the watchers of a group now, whatever becomes of the open transaction."""
    _publisher().put(group, {"type": "live.event", "topic": topic, "payload": payload})


def access_changed(server: Server, *, user_id: int | None = None) -> None:
    """Tell this person's open pages, or everybody's, once the open transaction has committed."""
    message = {"type": "access.changed", "user_id": user_id}
    transaction.on_commit(lambda: _publisher().put(server.live_group, message))


class Publisher:
    def __init__(self) -> None:
        self._queue: queue.Queue[tuple[str, Event]] = queue.Queue(QUEUE_SIZE)
        self.presence = Presence(self._ask)
        self.dropped = 0
        threading.Thread(target=self._run, name="live", daemon=True).start()

    def tell(self, group: str, topic: str, payload: Event | Callable[[], Event]) -> None:
        if self.presence.watched(group):
            made = payload() if callable(payload) else payload
            self.put(group, {"type": "live.event", "topic": topic, "payload": made})

    def _ask(self, group: str) -> None:
        self.put(group, ASK)

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
                if events := [each for each in waiting if each[1] is not ASK]:
                    runner.run(self._send(layer, events))
                self.presence.look({group for group, message in waiting if message is ASK})

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
