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


class Interrupted(Unavailable):
    """Whoever had the question is ending, or has ended. Asking again does no harm."""


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
    urgent: bool
    future: Future[Out] = field(default_factory=Future)


class Batcher(Generic[In, Out]):
    """One batch at a time in each of `workers` threads. `run` gets the items and owes one result
    for each."""

    def __init__(
        self,
        run: Callable[[Sequence[In]], Sequence[Out]],
        *,
        max_batch: int,
        max_background_batch: int,
        max_queue: int,
        workers: int = 1,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._run, self._clock = run, clock
        self._max_batch, self._max_background = max_batch, max_background_batch
        self._max_queue = max_queue
        self._interactive: deque[_Entry[In, Out]] = deque()
        self._background: deque[_Entry[In, Out]] = deque()
        self._changed = threading.Condition()
        self._closing = False
        self._slow = 0
        """Workers that run a batch of background work; one worker always stays for the urgent."""
        self._most_slow = max(workers - 1, 1)
        self.statistics = Statistics()
        self._threads = [
            threading.Thread(target=self._loop, name=f"batcher-{number}", daemon=True)
            for number in range(workers)
        ]
        for thread in self._threads:
            thread.start()

    def submit(
        self, item: In, *, deadline: float | None = None, priority: Priority = "interactive"
    ) -> Future[Out]:
        """Never blocks. `deadline` is a moment of `clock`. Raises Overloaded: queue full."""
        urgent = priority == "interactive"
        entry: _Entry[In, Out] = _Entry(item, deadline, self._clock(), urgent)
        with self._changed:
            if self._closing:
                raise Interrupted("the model is shutting down")
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
        """Finishes what is queued, or with `drain=False` fails it, and ends the threads."""
        with self._changed:
            self._closing = True
            dropped = [] if drain else [*self._interactive, *self._background]
            if not drain:
                self._interactive.clear()
                self._background.clear()
            self._changed.notify_all()
        for entry in dropped:
            if entry.future.set_running_or_notify_cancel():
                entry.future.set_exception(Interrupted("the model is shutting down"))
        for thread in self._threads:
            thread.join()

    def _loop(self) -> None:
        while gathered := self._gather():
            batch = [entry for entry in gathered if self._wanted(entry)]
            if batch:
                self._settle(batch)
            if not gathered[0].urgent:
                self._free()

    def _gather(self) -> list[_Entry[In, Out]]:
        """Waits for something to do; an empty list means that the batcher is closed."""
        with self._changed:
            while not self._ready():
                if self._closing:
                    return []
                self._changed.wait()
            room = self._room()
            batch: list[_Entry[In, Out]] = []
            for queue in (self._interactive, self._background):
                while queue and len(batch) < room:
                    batch.append(queue.popleft())
                # Urgent items are not held up by filling their batch with others.
                room = min(room, max(len(batch), self._max_background))
            if not batch[0].urgent:
                self._slow += 1
            return batch

    def _ready(self) -> bool:
        slow = bool(self._background) and (self._closing or self._slow < self._most_slow)
        return bool(self._interactive) or slow

    def _room(self) -> int:
        """Items of the next batch: the workers share what is urgent, down to what runs together."""
        if not self._interactive:
            return self._max_background
        share = -(-len(self._interactive) // len(self._threads))
        return min(self._max_batch, max(share, self._max_background))

    def _free(self) -> None:
        with self._changed:
            self._slow -= 1
            self._changed.notify()

    def _wanted(self, entry: _Entry[In, Out]) -> bool:
        if not entry.future.set_running_or_notify_cancel():
            return False
        if entry.deadline is not None and self._clock() >= entry.deadline:
            with self._changed:
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
            self._count(batch, started, failed=True)
            for entry in batch:
                entry.future.set_exception(error)
        else:
            self._count(batch, started)
            for entry, result in zip(batch, results, strict=True):
                entry.future.set_result(result)

    def _count(self, batch: list[_Entry[In, Out]], started: float, *, failed: bool = False) -> None:
        with self._changed:
            sums = self.statistics
            sums.failed += len(batch) if failed else 0
            sums.calls += len(batch)
            sums.batches += 1
            sums.largest_batch = max(sums.largest_batch, len(batch))
            sums.queue_seconds += sum(started - entry.queued_at for entry in batch)
            sums.run_seconds += self._clock() - started
