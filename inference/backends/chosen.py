"""Which backend answers in this process, by the settings, and how long it is waited for."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable
from functools import cache
from typing import Protocol, TypeVar

from django.conf import settings
from django.utils.module_loading import import_string

from aiworld.errors import DeadlineExceeded, Unavailable
from inference.backends.base import Backend
from inference.batching import Interrupted, Overloaded, Priority
from inference.credentials import Credentials

# By name, so that only a process that loads models imports what runs them.
_BACKENDS = {
    "remote": "inference.backends.remote.RemoteBackend",
    "local": "inference.backends.local.LocalBackend",
    "fake": "inference.backends.fake.FakeBackend",
}
_MODELS, _FOLDERS = "inference.lineup.models", "inference.lineup.folders"
A = TypeVar("A", covariant=True)
PATIENCE = 30.0
"""Seconds per MAX_TEXTS items that synchronous code waits when it is not told."""


class Asks(Protocol[A]):
    """One request to a backend."""

    def __call__(self, *, deadline: float, priority: Priority) -> Awaitable[A]: ...


async def patiently(asks: Asks[A], ends_at: float, priority: Priority) -> A:
    """Background work waits while the queue is full, and for a process that ends while it has it:
    that is asked again once it is back. The player's line is told at once."""
    accepted = False
    while True:
        left = ends_at - time.monotonic()
        if left <= 0:
            raise DeadlineExceeded("there was no time left for the model")
        try:
            return await asks(deadline=left, priority=priority)
        except DeadlineExceeded:
            raise
        except Unavailable as error:
            accepted = accepted or isinstance(error, Interrupted)
            waits = accepted or isinstance(error, Overloaded)
            if priority == "interactive" or not waits:
                raise
            await asyncio.sleep(min(error.retry_after or 1.0, left))


def backend() -> Backend:
    """Of the present settings."""
    match settings.INFERENCE_BACKEND:
        case "remote":
            return _backend("remote", settings.INFERENCE_SOCKET, None, credentials=credentials())
        case "local":
            return own_backend()
        case name:
            return _backend(name)


def own_backend() -> Backend:
    """The models in this process, whatever the settings say."""
    return _backend("local", import_string(_MODELS)(), import_string(_FOLDERS)())


def credentials() -> Credentials:
    """What this process says to, and wants of, an inference process over TCP."""
    return Credentials(
        token=settings.INFERENCE_TOKEN,
        certificate=settings.INFERENCE_TLS_CERT,
        key=settings.INFERENCE_TLS_KEY,
        authority=settings.INFERENCE_TLS_CA,
    )


@cache
def _backend(name: str, *arguments: object, **named: object) -> Backend:
    made: Backend = import_string(_BACKENDS[name])(*arguments, **named)
    return made


# Threads and sockets of a parent process are of no use to a forked child.
os.register_at_fork(after_in_child=_backend.cache_clear)
