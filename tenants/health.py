"""Is everything there that a call needs? Cheap enough to be asked every second."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, TimeoutError
from functools import cache
from typing import Any

import redis
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from kombu.connection import Connection

TIMEOUT = 2.0
"""Seconds one check may take. A check that hangs keeps its thread, so the pool has a few."""
OK = "ok"


def checks() -> dict[str, str]:
    """Name of each part: "ok", or in a word what is wrong with it. Says nothing of where it is."""
    running = {name: _threads().submit(_outcome, check) for name, check in CHECKS.items()}
    return {name: _result(future.result) for name, future in running.items()}


def _result(wait: Callable[[float], str]) -> str:
    try:
        return wait(TIMEOUT)
    except TimeoutError:
        return "timeout"


def _outcome(check: Callable[[], None]) -> str:
    try:
        check()
    except Exception as error:
        return type(error).__name__
    return OK


def _database() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    finally:
        connection.close()  # this thread is not a request's: nobody else would


def _cache() -> None:
    replies = caches["replies"]
    replies.set("health", 1, 10)
    if replies.get("health") != 1:
        raise LookupError


def _live() -> None:
    _channels_redis().ping()


def _queue() -> None:
    connect: Callable[..., Any] = Connection  # kombu has no types
    with connect(settings.CELERY_BROKER_URL, connect_timeout=TIMEOUT) as broker:
        broker.ensure_connection(max_retries=1, timeout=TIMEOUT)


CHECKS: dict[str, Callable[[], None]] = {
    "database": _database,
    "cache": _cache,
    "live": _live,
    "queue": _queue,
}


@cache
def _channels_redis() -> redis.Redis:
    url = settings.CHANNELS_REDIS_URL
    return redis.Redis.from_url(url, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT)


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(len(CHECKS) * 4, thread_name_prefix="health")
