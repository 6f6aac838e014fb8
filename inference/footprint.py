"""How much memory a model takes, by what this process, or the GPU, has more of once it is there."""

from __future__ import annotations

import gc
import logging
import subprocess  # nosec B404: one program of the driver's, without arguments from outside
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

logger = logging.getLogger(__name__)
LEAST = 2**20
"""Bytes: what was free before may have been filled."""
ASKED = ["nvidia-smi", "--query-gpu=memory.used", "--format=csv,noheader,nounits"]
_one_at_a_time = threading.Lock()


class Growth:
    bytes = 0


@contextmanager
def growth(device: str = "cpu", *, otherwise: int = LEAST) -> Iterator[Growth]:
    """By how much the memory of the device grew inside. Only one is measured at a time, or two that
    load together would each count both. `otherwise`: bytes, where the device does not tell."""
    with _one_at_a_time:
        gc.collect()
        before, found = used(device), Growth()
        yield found
        after = used(device)
        if before is None or after is None:
            found.bytes = otherwise
        else:
            found.bytes = max(after - before, LEAST)


def used(device: str) -> int | None:
    """Bytes; of a GPU, by everybody on it. None if it does not tell."""
    if device != "cuda":
        return resident()
    try:
        told = subprocess.run(ASKED, capture_output=True, text=True, timeout=10, check=True)  # nosec B603
        return int(told.stdout.split()[0]) * 2**20
    except (OSError, ValueError, IndexError, subprocess.SubprocessError) as error:
        logger.warning("what a model takes of the GPU cannot be measured: %s", error)
        return None


def resident() -> int:
    """Bytes of this process that are in memory."""
    return int(psutil.Process().memory_info().rss)
