"""How much memory this process takes, for models that cannot tell what they took."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

import psutil


class Growth:
    bytes = 0


@contextmanager
def growth() -> Iterator[Growth]:
    """By how much the process grew inside; never below 1 MiB, since what was free before may have
    been filled."""
    gc.collect()
    before, found = resident(), Growth()
    yield found
    found.bytes = max(resident() - before, 2**20)


def resident() -> int:
    """Bytes of this process that are in memory."""
    return int(psutil.Process().memory_info().rss)
