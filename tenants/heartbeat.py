"""When the worker last ran what beat asks of it each second: a sign that both live. It lies beside
the queue, where nothing is evicted."""

from __future__ import annotations

import time
from contextlib import suppress
from functools import cache

import redis
from django.conf import settings

KEY = "aiworld:heartbeat"
TIMEOUT = 1.0


def beat() -> None:
    with suppress(redis.RedisError):  # the work itself needs no Redis but the queue's
        _client().set(KEY, f"{time.time():.3f}")


def last() -> float | None:
    """Seconds since 1970; None if nothing ever ran."""
    told = _client().get(KEY)
    return float(told) if told else None


@cache
def _client() -> redis.Redis:
    url = settings.CHANNELS_REDIS_URL
    return redis.Redis.from_url(url, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT)
