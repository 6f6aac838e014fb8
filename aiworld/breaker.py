"""A circuit breaker: after some failures in a row nothing is tried for a while, so that a dead
service costs nothing; then one call at a time tries whether it is back. For threads and coroutines.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from aiworld.errors import Unavailable


class NotAsked(Unavailable):
    """Nothing was tried, so nothing was spent either."""


class Breaker:
    def __init__(
        self,
        name: str,
        *,
        failures: int = 3,
        seconds: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
        refused: Callable[[], None] = lambda: None,
    ) -> None:
        """`failures` in a row open it for `seconds`; `name` appears in the error. `refused` is
        called for each attempt that is turned away: it counts them."""
        self._name, self._limit, self._seconds, self._clock = name, failures, seconds, clock
        self._failures = 0
        self._again_at: float | None = None
        """The moment at which a call may be tried again; None while nothing is wrong."""
        self._reason = ""
        self._lock = threading.Lock()
        self._refused = refused

    @property
    def open(self) -> bool:
        with self._lock:
            return self._again_at is not None and self._clock() < self._again_at

    def check(self) -> None:
        """Call before the attempt. Raises NotAsked while open."""
        with self._lock:
            if self._again_at is None:
                return
            left = self._again_at - self._clock()
            if left > 0:
                self._refused()
                raise NotAsked(f"{self._name} {self._reason}", retry_after=left)
            # This caller tries. The others wait, but not for ever: it may never report back.
            self._again_at = self._clock() + self._seconds

    def succeeded(self) -> None:
        with self._lock:
            self._failures, self._again_at = 0, None

    def failed(self) -> None:
        with self._lock:
            self._failures += 1
            if self._failures >= self._limit:
                self._again_at = self._clock() + self._seconds
                self._reason = "does not answer"

    def open_for(self, seconds: float, reason: str) -> None:
        """Opens at once, e.g. when the service itself said how long to stay away."""
        with self._lock:
            self._failures = self._limit
            self._again_at = self._clock() + seconds
            self._reason = reason
