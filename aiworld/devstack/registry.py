"""Which processes run, written down so that the next start can end what an ill-fated one left."""

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import psutil

from aiworld.devstack.processes import Process

PATIENCE = 8.0


def write(path: Path, processes: Iterable[Process]) -> None:
    entries = [[process.pid, process.created] for process in processes]
    path.write_text(json.dumps(entries))


def forget(path: Path) -> None:
    path.unlink(missing_ok=True)


def end_leftovers(path: Path) -> None:
    """They have had their death signal already; they get the time to obey it, then no more."""
    leftovers = [each for pid, created in _entries(path) for each in _group(pid, created)]
    _, stubborn = psutil.wait_procs(leftovers, timeout=PATIENCE)
    for process in stubborn:
        process.kill()
    psutil.wait_procs(stubborn, timeout=PATIENCE)
    forget(path)


def _entries(path: Path) -> list[tuple[int, float]]:
    try:
        return [(pid, created) for pid, created in json.loads(path.read_text())]
    except (FileNotFoundError, ValueError):
        return []


def _group(leader: int, created: float) -> Iterator[psutil.Process]:
    """The process and what it started; nothing if its number went to another process since."""
    for process in psutil.process_iter(["pid", "create_time"]):
        try:
            if os.getpgid(process.pid) != leader:
                continue
        except ProcessLookupError:
            continue
        if process.pid == leader and abs(process.create_time() - created) > 1.0:
            return
        if process.create_time() > created - 1.0:
            yield process
