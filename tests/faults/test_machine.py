"""Faults of the machine around the processes: a killed pool child, a network that carries nothing,
clocks that disagree. `make faults`."""

from __future__ import annotations

import os
import re
import sysconfig
import time
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest

from aiworld.devstack import probes
from tests.devstack.running import free_port
from tests.faults.load import Load
from tests.faults.measuring import Measuring, clean
from tests.faults.proxy import FaultProxy
from tests.faults.stage import HOST
from tests.faults.test_long import drained
from tests.faults.test_short import until

CLOCK = Path("/usr/lib") / sysconfig.get_config_var("MULTIARCH") / "faketime/libfaketime.so.1"


def test_f14_a_pool_child_of_the_worker_is_killed(measure, stage):
    stage.start("worker", "beat")
    try:
        before = {each.pid for each in stage.all_of("worker")[1:]}
        assert before

        def happen():
            for _ in range(3):
                stage.all_of("worker")[1].kill()
                time.sleep(2)

        row = measure(
            "F14", "a pool child of the worker killed (-9), three times", "all done", happen
        )
        clean(row)
        assert row.failures == {}
        until(lambda: drained(stage), 180)  # requeued by the worker: no lease had to run out
        assert {each.pid for each in stage.all_of("worker")[1:]} != before
    finally:
        stage.stop("beat")
        stage.stop("worker")


@pytest.mark.parametrize("way", ["up", "down", "both"])
def test_f21_the_network_carries_nothing(stage, game_servers, measure, way):
    """Between the map-servers and us, while TCP believes in the connection."""
    seconds = 20
    with FaultProxy(HOST, stage.port) as proxy:
        there = Measuring(At(stage, proxy.port), game_servers, measure.rows)

        def happen():
            proxy.set(blackhole=way)
            time.sleep(seconds)
            proxy.clear()
            proxy.drop_all()

        row = there(
            f"F21 {way}", f"nothing gets through for {seconds} s ({way})", "back in 10 s", happen
        )
    clean(row)
    assert row.p99_during is not None and row.failed > 0, "nothing was cut off"


class At:
    """The stage, reached at another port: through a proxy, or a process with a fault of its own."""

    def __init__(self, stage, port):
        self._stage, self.address = stage, f"{HOST}:{port}"

    def __getattr__(self, name):
        return getattr(self._stage, name)


@pytest.mark.parametrize("shift", ["+2h", "-2h"])
def test_f34_the_clock_of_one_process_is_wrong(stage, game_servers, measure, shift):
    if not CLOCK.is_file():
        pytest.fail(f"no {CLOCK}: apt install libfaketime")
    name, port = f"clock{shift[0]}", free_port()
    command = ("manage.py", "grpcserver", "--host", HOST, "--port", str(port), "--processes", "1")
    kept = dict(stage.settings)
    stage.settings |= {
        "LD_PRELOAD": str(CLOCK),
        "FAKETIME": shift,
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    program = stage._ours(name, command, partial(probes.serves, HOST, str(port)))
    stage.settings = kept
    setattr(stage, f"_{name}", lambda: program)
    stage.start(name)
    try:
        assert abs(ahead(stage.logs(name)) - {"+2h": 7200, "-2h": -7200}[shift]) < 600
        with Load(f"{HOST}:{port}", game_servers, rate=10, deadline=20) as wrong:
            row = measure(
                f"F34 {shift}",
                f"another process's clock {shift}",
                "nobody locked out",
                partial(time.sleep, 10),
                deadline=20,
            )
            until(lambda: wrong.answered() > 50)
        clean(row)
        assert row.failures == {} and wrong.failures() == {} and wrong.foreign == 0
        both = [one.turns for load in (wrong,) for one in load.acknowledged]
        stored = {
            ident
            for server in game_servers
            for (ident,) in stage.sql(f"SELECT request_id FROM {server.schema}.conversation_turns")
        }
        assert set().union(*both) <= stored
    finally:
        stage.stop(name)


def ahead(log):
    """Seconds that the clock of whoever wrote this is ahead of ours."""
    told = re.findall(r"^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d),", log, re.MULTILINE)[-1]
    return (datetime.fromisoformat(told) - datetime.now()).total_seconds()


def test_f39_nobody_reads_what_a_process_has_to_say(stage, game_servers, measure):
    """A line for every call, into a pipe that is full."""
    name, port = "mute", free_port()
    command = ("manage.py", "grpcserver", "--host", HOST, "--port", str(port), "--processes", "1")
    kept, pipe = dict(stage.settings), stage.folder / "nobody-reads"
    stage.settings |= {"LOG_LEVEL": "DEBUG"}
    program = stage._ours(name, command, partial(probes.serves, HOST, str(port)))
    stage.settings = kept
    os.mkfifo(pipe)
    ends = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)
    setattr(stage, f"_{name}", lambda: replace(program, log=pipe))
    try:
        stage.start(name)
        with suppress(BlockingIOError):
            while os.write(ends, b"full\n"):
                pass
        happen = partial(time.sleep, 10)
        there = Measuring(At(stage, port), game_servers, measure.rows)
        row = there("F39", "standard error is a pipe that nobody reads", "no failed call", happen)
        assert stage.stop(name) == 0
    finally:
        os.close(ends)
    clean(row)
    assert row.failures == {}
