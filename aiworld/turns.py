"""Calls at work, in turn among those who call: a server that asks for much waits for itself, and
the others do not wait for it (round robin: Nagle 1985, RFC 970). Who waits here costs nothing.

A call that itself waits for long (for a language model, for a person) gives its turn away
meanwhile, with `resting`; one that has worked for LONG seconds hardly works but waits for something
(a lock, a database that hangs), and its turn is over."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar

Line = deque[tuple[float, "asyncio.Future[None]"]]
LONG = 1.0
RECENT = 0.1
"""What the newest turn counts in the mean of the time between turns."""


class Turns:
    """Of one event loop: at most `number` calls are at work at once."""

    def __init__(self, number: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._free, self._clock = number, clock
        self._lines: dict[Hashable, Line] = {}
        """In the order of their next turns."""
        self._pace, self._given = 0.0, 0.0
        """Mean seconds from turn to turn while somebody waits; when the last one was given."""

    async def begin(self, whose: Hashable) -> Turn:
        """Waits for it. Whoever has it owes an `end`."""
        if self._free > 0:
            self._free -= 1
            return Turn(self)
        place = asyncio.get_running_loop().create_future()
        stands = self._clock(), place
        if not self._lines:
            self._given = stands[0]
        self._lines.setdefault(whose, deque()).append(stands)
        try:
            await place
        except asyncio.CancelledError:
            if place.cancelled():
                self._leave(whose, stands)
            else:  # its turn had come
                self.give()
            raise
        return Turn(self)

    def waited(self, whose: Hashable) -> float:
        """Seconds that the first in the line has waited; 0 without a line."""
        line = self._lines.get(whose)
        return self._clock() - line[0][0] if line else 0.0

    def expected(self, whose: Hashable) -> float:
        """Seconds that one more in this line would wait, at the pace of late."""
        place = len(self._lines.get(whose, ())) + 1
        before = sum(min(len(line), place) for line in self._lines.values())
        return before * self._pace

    def give(self) -> None:
        """To the next in line, unless more are at work than should be."""
        while self._lines and self._free >= 0:
            whose = next(iter(self._lines))
            line = self._lines.pop(whose)
            _, place = line.popleft()
            if line:
                self._lines[whose] = line  # behind the others
            if not place.done():
                place.set_result(None)
                now = self._clock()
                self._pace += RECENT * (now - self._given - self._pace)
                self._given = now
                return
        self._free += 1

    def _leave(self, whose: Hashable, stands: tuple[float, asyncio.Future[None]]) -> None:
        line = self._lines.get(whose, deque())
        if stands in line:
            line.remove(stands)
        if not line:
            self._lines.pop(whose, None)

    def take(self) -> None:
        """At once, even if more are at work then than should be: who comes back from a rest does
        not stand in line, or those who wait for it could fill every turn."""
        self._free -= 1


class Turn:
    """Of one call, and of the tasks that it starts."""

    def __init__(self, turns: Turns) -> None:
        self._turns, self._resting, self._over = turns, 0, False
        self._begin()

    @contextmanager
    def entered(self) -> Iterator[None]:
        """`resting` in here is this call's."""
        token = _mine.set(self)
        try:
            yield
        finally:
            _mine.reset(token)

    def end(self) -> None:
        """Once or more often. Its tasks may go on."""
        if self._over:
            return
        self._over = True
        self._limit.cancel()
        if not self._resting:
            self._turns.give()

    def _begin(self) -> None:
        self._limit = asyncio.get_running_loop().call_later(LONG, self.end)

    @contextmanager
    def lent(self) -> Iterator[None]:
        self._resting += 1
        if self._resting == 1 and not self._over:
            self._limit.cancel()
            self._turns.give()
        try:
            yield
        finally:
            self._resting -= 1
            if self._resting == 0 and not self._over:
                self._turns.take()
                self._begin()


_mine: ContextVar[Turn | None] = ContextVar("turn", default=None)


@contextmanager
def resting() -> Iterator[None]:
    """Around a long wait: another call may work meanwhile. Outside of a call it does nothing."""
    turn = _mine.get()
    with turn.lent() if turn else nullcontext():
        yield
