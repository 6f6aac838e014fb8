"""`make soak`: steady load, and what grows with it."""

from __future__ import annotations

import os
import time

import psutil

from tests.faults import reporting
from tests.faults.load import Load
from tests.faults.measuring import Measuring, Row, clean
from tests.faults.test_short import children

MINUTES = float(os.environ.get("SOAK_MINUTES", "30"))
MEGABYTE = 1 << 20
SLOPE = 1.0
"""MB a minute a process may grow by in the second half; before that caches fill."""


def sizes(pids):
    """Resident memory and file descriptors of all of them."""
    found = [psutil.Process(pid) for pid in pids]
    return (
        sum(each.memory_info().rss for each in found) / MEGABYTE,
        sum(each.num_fds() for each in found),
    )


def test_f46_nothing_grows_under_steady_load(stage, game_servers):
    row = Row("F46", f"steady load, {MINUTES:.0f} min", "memory, files and times stay")
    pids = [each.pid for each in children(stage)]
    samples = []
    with Load(stage.address, game_servers, rate=20, deadline=5) as load:
        began = time.monotonic()
        while (passed := time.monotonic() - began) < MINUTES * 60:
            time.sleep(min(10, MINUTES * 6))
            memory, files = sizes(pids)
            samples.append((passed, memory, files))
            print(f"{passed:6.0f} s  {memory:6.0f} MB  {files} files", flush=True)
        ended = time.monotonic()
    sixth = (ended - began) / 6
    row.p99_before, row.p99_during = load.p99(began, began + sixth), load.p99(ended - sixth, ended)
    row.recovered, row.failed = 0.0, sum(load.failures().values())
    Measuring(stage, game_servers, [])._look(row, load)
    half = samples[len(samples) // 2 :]
    minutes = (half[-1][0] - half[0][0]) / 60
    slope = (half[-1][1] - half[0][1]) / max(minutes, 1) / len(pids)
    row.fault += f", {slope:+.2f} MB/min a process, {half[-1][2] - half[0][2]:+d} files"
    reporting.ROWS.append(row)
    clean(row)
    assert slope < SLOPE and half[-1][2] <= half[0][2] + 10
    assert not load.failures()
