"""A name for each process that counts, on this machine: p0, p1 ... Whoever starts takes the lowest
one that nobody holds, and goes on counting where its predecessor there stopped. So sums never fall,
and restarts leave no files behind."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

MOST = 1000


class Place:
    """Called at each count, so it is quick; a forked child takes a place of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pid = -1
        self._name = ""
        self._descriptor: int | None = None

    def __call__(self) -> str:
        if self._pid != os.getpid():
            self._take()
        return self._name

    def _take(self) -> None:
        if self._descriptor is not None:  # the parent's: closing this end leaves it the lock
            os.close(self._descriptor)
        self._folder.mkdir(parents=True, exist_ok=True)
        for number in range(MOST):
            descriptor = _locked(self._folder / f"p{number}.place")
            if descriptor is not None:
                self._descriptor, self._name, self._pid = descriptor, f"p{number}", os.getpid()
                return
        raise OSError(f"no place is free in {self._folder}")


def _locked(path: Path) -> int | None:
    """None if another process has it, also one of another account."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except PermissionError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor
