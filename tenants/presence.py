"""Does anybody watch? Asked of the channel layer's Redis, which knows how many processes have
subscribed to a group: no key to keep alive, nothing left behind by a process that was killed.

Whoever publishes never waits for the answer. It goes by one that is at most STALE old; without one
it publishes. So a server nobody watches costs its busy hours nothing, and a watcher who has just
come misses at most what was said in STALE seconds: `consumers` tells it to fetch that."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from typing import Any

import redis
from django.conf import settings

log = logging.getLogger(__name__)

FRESH, STALE = 1.0, 2.0
"""Seconds after which an answer is asked for anew, and after which it counts no more."""
TIMEOUT = 1.0


class Presence:
    def __init__(self, ask: Callable[[str], None]) -> None:
        """`ask` has `look` called for a group by a thread that may wait."""
        self._ask = ask
        self._known: dict[str, tuple[bool, float]] = {}
        self._asked_at: dict[str, float] = {}
        self._redis: redis.Redis | None = None

    def watched(self, group: str) -> bool:
        now = time.monotonic()
        somebody, at = self._known.get(group, (True, 0.0))
        if now - at > FRESH and now - self._asked_at.get(group, 0.0) > FRESH:
            self._asked_at[group] = now
            self._ask(group)
        return somebody or now - at > STALE

    def look(self, groups: Iterable[str]) -> None:
        if not (wanted := list(groups)):
            return
        began = time.monotonic()
        try:
            counts = self._numbers([_channel(group) for group in wanted])
        except (redis.RedisError, OSError) as error:
            log.debug("live view: who watches is unknown (%s)", type(error).__name__)
            return
        for group, number in zip(wanted, counts, strict=True):
            self._known[group] = number > 0, began

    def _numbers(self, channels: list[str]) -> list[int]:
        if self._redis is None:
            [url] = _config()["hosts"]
            self._redis = redis.Redis.from_url(
                url, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT, retry=None
            )
        answer = self._redis.pubsub_numsub(*channels)
        return [int(number) for _, number in answer]


def _channel(group: str) -> str:
    """As channels_redis names a group."""
    return f"{_config()['prefix']}__group__{group}"


def _config() -> dict[str, Any]:
    layers: dict[str, Any] = settings.CHANNEL_LAYERS
    config: dict[str, Any] = layers["default"]["CONFIG"]
    return config
