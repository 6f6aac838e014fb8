"""Simulated time: whatever asks `django.utils.timezone.now` hears it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from unittest import mock


class Clock:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@contextmanager
def simulated(begins: datetime) -> Iterator[Clock]:
    clock = Clock(begins)
    with mock.patch("django.utils.timezone.now", clock):
        yield clock
