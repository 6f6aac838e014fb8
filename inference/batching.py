"""Gathers single requests into batches, by taking whatever is queued; nobody waits for company.

While one batch runs the next one fills, so batches grow with the load and an idle model answers at
once. A fixed waiting window was measured and only added its length (docs/decisions/0005).
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar

from aiworld.errors import DeadlineExceeded, Unavailable

In = TypeVar("In")
Out = TypeVar("Out")
Priority = Literal["interactive", "background"]


class Overloaded(Unavailable):
    """The queue is full; refused at once, nothing was done."""


@dataclass
class Statistics:
    """Sums since the start; seconds."""

    calls: int = 0
    batches: int = 0
    refused: int = 0
    expired: int = 0
    failed: int = 0
    largest_batch: int = 0
    queue_seconds: float = 0.0
    run_seconds: float = 0.0


@dataclass(frozen=True)
class _Entry(Generic[In, Out]):
    item: In
    deadline: float | None
    queued_at: float
    future: Future[Out] = field(default_factory=Future)


class Batcher(Generic[In, Out]):
    """One thread, one batch at a time. `run` gets the items and owes one result for each."""

    def __init__(
        self,
        run: Callable[[Sequence[In]], Sequence[Out]],
        *,
        max_batch: int,
        max_background_batch: int,
        max_queue: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._run, self._clock = run, clock
        self._max_batch, self._max_background = max_batch, max_background_batch
        self._max_queue = max_queue
        self._interactive: deque[_Entry[In, Out]] = deque()
        self._background: deque[_Entry[In, Out]] = deque()
        self._changed = threading.Condition()
        self._closing = False
        self.statistics = Statistics()
        self._thread = threading.Thread(target=self._loop, name="batcher", daemon=True)
        self._thread.start()

    def submit(
        self, item: In, *, deadline: float | None = None, priority: Priority = "interactive"
    ) -> Future[Out]:
        """Never blocks. `deadline` is a moment of `clock`. Raises Overloaded: queue full."""
        entry: _Entry[In, Out] = _Entry(item, deadline, self._clock())
        with self._changed:
            if self._closing:
                raise Unavailable("the model is shutting down")
            urgent = priority == "interactive"
            # Background work may fill half of the queue only, so it never shuts out the urgent.
            room = self._max_queue if urgent else self._max_queue // 2
            if len(self) >= room:
                self.statistics.refused += 1
                raise Overloaded("the model's queue is full", retry_after=1.0)
            (self._interactive if urgent else self._background).append(entry)
            self._changed.notify()
        return entry.future

    def __len__(self) -> int:
        """How many wait; those that run are not counted."""
        return len(self._interactive) + len(self._background)

    def close(self, *, drain: bool = True) -> None:
        """Finishes what is queued, or with `drain=False` fails it, and ends the thread."""
        with self._changed:
            self._closing = True
            dropped = [] if drain else [*self._interactive, *self._background]
            if not drain:
                self._interactive.clear()
                self._background.clear()
            self._changed.notify()
        for entry in dropped:
            if entry.future.set_running_or_notify_cancel():
                entry.future.set_exception(Unavailable("the model is shutting down"))
        self._thread.join()

    def _loop(self) -> None:
        while gathered := self._gather():
            batch = [entry for entry in gathered if self._wanted(entry)]
            if batch:
                self._settle(batch)

    def _gather(self) -> list[_Entry[In, Out]]:
        """Waits for something to do; an empty list means that the batcher is closed."""
        with self._changed:
            while not (self._interactive or self._background or self._closing):
                self._changed.wait()
            room = self._max_batch if self._interactive else self._max_background
            batch: list[_Entry[In, Out]] = []
            for queue in (self._interactive, self._background):
                while queue and len(batch) < room:
                    batch.append(queue.popleft())
                # Urgent items are not held up by filling their batch with others.
                room = min(room, max(len(batch), self._max_background))
            return batch

    def _wanted(self, entry: _Entry[In, Out]) -> bool:
        if not entry.future.set_running_or_notify_cancel():
            return False
        if entry.deadline is not None and self._clock() >= entry.deadline:
            self.statistics.expired += 1
            entry.future.set_exception(DeadlineExceeded("the deadline passed in the queue"))
            return False
        return True

    def _settle(self, batch: list[_Entry[In, Out]]) -> None:
        started = self._clock()
        try:
            results = self._run([entry.item for entry in batch])
            if len(results) != len(batch):
                raise Unavailable(f"the model gave {len(results)} results for {len(batch)} items")
        except Exception as error:
            self.statistics.failed += len(batch)
            for entry in batch:
                entry.future.set_exception(error)
        else:
            for entry, result in zip(batch, results, strict=True):
                entry.future.set_result(result)
        self._count(batch, started)

    def _count(self, batch: list[_Entry[In, Out]], started: float) -> None:
        sums = self.statistics
        sums.calls += len(batch)
        sums.batches += 1
        sums.largest_batch = max(sums.largest_batch, len(batch))
        sums.queue_seconds += sum(started - entry.queued_at for entry in batch)
        sums.run_seconds += self._clock() - started
