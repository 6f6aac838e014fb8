"""Notices that the database hangs: connected, and silent. PostgreSQL's own timeouts do not help
then, since it is PostgreSQL that stands still, and every call would wait out its deadline."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from aiworld.errors import Unavailable

PATIENCE = 3.0
"""Seconds; a unit of reading or writing takes milliseconds."""
HANGS = "the database does not answer; try again in a moment"


class Congestion:
    """Of a number of threads. Once all of them have waited for PATIENCE, who comes is refused at
    once, until one of them is back."""

    def __init__(self, threads: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._threads, self._clock = threads, clock
        self._began: dict[int, float] = {}
        self._numbers = itertools.count()
        self._lock = threading.Lock()

    def check(self) -> None:
        """Raises Unavailable."""
        if len(self._began) < self._threads:
            return
        with self._lock:
            late = self._clock() - PATIENCE
            if sum(began < late for began in self._began.values()) >= self._threads:
                raise Unavailable(HANGS, retry_after=1)

    @contextmanager
    def unit(self) -> Iterator[None]:
        """Around the work, in its thread."""
        number = next(self._numbers)
        with self._lock:
            self._began[number] = self._clock()
        try:
            yield
        finally:
            with self._lock:
                del self._began[number]
