"""Things that belong to one event loop, and a loop for those who have none."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from functools import cache
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class PerLoop(Generic[T]):
    """One T for every event loop that asks, closed when the loop ends its tasks."""

    def __init__(self, make: Callable[[], T], close: Callable[[T], Awaitable[None]]) -> None:
        self._make, self._close = make, close
        self._held: dict[asyncio.AbstractEventLoop, tuple[T, asyncio.Task[None]]] = {}

    def get(self) -> T:
        loop = asyncio.get_running_loop()
        if loop not in self._held:
            self._forget_ended()
            thing = self._make()
            self._held[loop] = thing, loop.create_task(self._keep(loop, thing))
        return self._held[loop][0]

    def _forget_ended(self) -> None:
        """What was asked for while a loop ended its tasks is closed by nobody."""
        for loop in [each for each in list(self._held) if each.is_closed()]:
            self._held.pop(loop, None)

    def close(self) -> None:
        """Close what every loop holds, soon. From any thread; what is asked for later is made
        anew."""
        for loop, (_thing, task) in list(self._held.items()):
            with suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(task.cancel)

    async def _keep(self, loop: asyncio.AbstractEventLoop, thing: T) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self._held.pop(loop, None)
            await self._close(thing)
            raise


def wait_for(coroutine: Coroutine[Any, Any, T]) -> T:
    """Runs it on a loop in a thread of its own; for synchronous callers, from any thread."""
    future = asyncio.run_coroutine_threadsafe(coroutine, _background_loop())
    try:
        return future.result()
    except BaseException:
        future.cancel()
        raise


_starting = threading.Lock()


def _background_loop() -> asyncio.AbstractEventLoop:
    with _starting:
        return _start()


@cache
def _start() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="inference client", daemon=True).start()
    return loop


# A forked child has the loop but not its thread.
os.register_at_fork(after_in_child=_start.cache_clear)
