"""The machine a figure comes from, and who used its processors meanwhile."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil
import redis
from django.conf import settings
from django.db import connection

TICK = os.sysconf("SC_CLK_TCK")
BUSY = (0, 1, 2, 5, 6)
"""Columns of /proc/stat: user, nice, system, irq, softirq."""


def facts() -> dict[str, object]:
    return {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "load_at_start": round(os.getloadavg()[0], 2),
    }


def cpu_seconds(pids: Iterable[int]) -> float:
    """User and system time of the processes so far; one that is gone counts nothing."""
    return sum(map(_ticks, pids)) / TICK


def resident(pid: int) -> int:
    """Bytes of the process that are in memory."""
    return int(psutil.Process(pid).memory_info().rss)


def _ticks(pid: int) -> int:
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return int(after_name[11]) + int(after_name[12])


def busy_seconds() -> float:
    """Processor time of everybody on this machine so far."""
    columns = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
    return sum(int(columns[at]) for at in BUSY) / TICK


def stores() -> dict[str, list[int]]:
    """The processes of PostgreSQL and of the cache, where they are on this machine."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity")
        postgres = [row[0] for row in cursor.fetchall() if _is(row[0], "postgres")]
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        cache = int(client.info("server")["process_id"])
    return {"postgres": postgres, "cache": [cache] if _is(cache, "valkey") else []}


def _is(pid: int, name: str) -> bool:
    try:
        return name in Path(f"/proc/{pid}/comm").read_text()
    except OSError:
        return False


class Window:
    """Processor seconds of named processes, of this one, and of everybody else, between enter and
    exit."""

    def __init__(self, processes: Mapping[str, list[int]]) -> None:
        self._processes = dict(processes) | {"client": [os.getpid()]}
        self.cpu: dict[str, float] = {}
        self.seconds = 0.0
        self.others = 0.0
        """Share of the machine that went to processes that were not named."""

    def __enter__(self) -> Self:
        self._began, self._busy, self._before = time.perf_counter(), busy_seconds(), self._now()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.seconds = time.perf_counter() - self._began
        self.cpu = {name: total - self._before[name] for name, total in self._now().items()}
        rest = busy_seconds() - self._busy - sum(self.cpu.values())
        self.others = max(rest, 0.0) / (self.seconds * (os.cpu_count() or 1))

    def _now(self) -> dict[str, float]:
        return {name: cpu_seconds(pids) for name, pids in self._processes.items()}
