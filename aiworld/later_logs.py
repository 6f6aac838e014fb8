"""Log lines that nobody waits for: a thread writes what has gathered.

An event loop that writes a line itself gives the interpreter away for it, and has it back up to
5 ms later beside threads that work; and where nobody reads the other end of the pipe (a log
collector that hangs, a full disk) the write does not return at all. So a line is made where there
is something to say, put down, and written by a thread. When too many wait, new ones are counted
and dropped, and a line says so as soon as lines can be written again."""

from __future__ import annotations

import logging
import os
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import QueueHandler
from typing import Any

from aiworld import measures

LINES = 10_000
"""That wait to be written: 2 MB, of 200 bytes each."""
EVERY = 0.1
"""Seconds between two looks at what has gathered."""
LAST = 2.0
"""Seconds that the last lines have when the process ends."""


@contextmanager
def written_later(lines: int = LINES) -> Iterator[None]:
    """What the root logger's handlers write to a stream is written by a thread meanwhile."""
    root = logging.getLogger()
    before = list(root.handlers)
    streams = [each for each in before if type(each) is logging.StreamHandler]
    later = [LaterHandler(each, lines) for each in streams]
    root.handlers[:] = [*(each for each in before if each not in streams), *later]
    try:
        yield
    finally:
        root.handlers[:] = before
        for each in later:
            each.close()


class LaterHandler(QueueHandler):
    """Has the level, the filters and the form of a handler, and writes to its stream's file."""

    def __init__(self, handler: logging.StreamHandler[Any], lines: int = LINES) -> None:
        self._lines = lines
        self._waiting: deque[logging.LogRecord] = deque()
        super().__init__(self._waiting)  # type: ignore[arg-type]
        self.setLevel(handler.level)
        self.setFormatter(handler.formatter)
        for each in handler.filters:
            self.addFilter(each)
        self._file: int = handler.stream.fileno()
        self._dropped = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._write_until_over, name="logs", daemon=True)
        self._thread.start()

    def enqueue(self, record: logging.LogRecord) -> None:
        if len(self._waiting) < self._lines:
            self._waiting.append(record)
        else:
            self._drop(1)

    def close(self) -> None:
        """Returns after LAST seconds at the latest: a pipe that nobody reads ends nothing."""
        self._over.set()
        self._thread.join(LAST)
        super().close()

    def _write_until_over(self) -> None:
        while not self._over.wait(EVERY):
            self._write_gathered()
        self._write_gathered()

    def _write_gathered(self) -> None:
        gathered = [self._waiting.popleft() for _ in range(len(self._waiting))]
        text = "".join(record.getMessage() + "\n" for record in gathered)
        try:
            # Not the stream's own write: it would hold a lock that the end of the process needs.
            _write(self._file, text.encode(errors="backslashreplace"))
        except OSError:  # nobody will ever read it, or the disk is full
            self._drop(len(gathered))
            return
        dropped, self._dropped = self._dropped, 0
        if dropped:
            self._tell(dropped)

    def _tell(self, dropped: int) -> None:
        """In the form of any other line, and however many wait."""
        words = "%d log lines were dropped: they could not be written"
        record = logging.LogRecord(__name__, logging.WARNING, __file__, 0, words, (dropped,), None)
        if self.filter(record):
            self._waiting.append(self.prepare(record))

    def _drop(self, lines: int) -> None:
        self._dropped += lines
        measures.log_lines_dropped.inc(lines)


def _write(file: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(file, left) :]
