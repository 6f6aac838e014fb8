"""Faults that every test run injects: nothing that was acknowledged is lost, nobody sees another
server's rows, and it comes back by itself. How long it takes is told by `make faults` and asserted
by nobody: the machine may be busy."""

from __future__ import annotations

import os
import signal
import time

import psutil

from tests.faults.measuring import clean


def children(stage):
    return psutil.Process(stage.pid("grpc")).children()


def until(condition, seconds=240.0):
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, "it never happened"
        time.sleep(0.05)


def test_f01_postgres_is_killed(measure, stage):
    def happen():
        stage.kill("postgres")
        time.sleep(3 if measure.long else 1)
        stage.start("postgres")

    row = measure("F01", "PostgreSQL killed (-9), started again", "nothing lost", happen)
    clean(row)


def test_f02_a_backend_is_killed(measure, stage):
    def happen():
        [(pid,)] = stage.sql(
            "SELECT pid FROM pg_stat_activity WHERE usename = 'aiworld' ORDER BY pid LIMIT 1"
        )
        os.kill(pid, signal.SIGKILL)
        time.sleep(1)

    row = measure("F02", "one PostgreSQL backend killed (-9)", "back in 5 s", happen)
    clean(row)


def test_f03_all_connections_are_cut(measure, stage):
    def happen():
        stage.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'aiworld'"
        )
        time.sleep(1)

    row = measure("F03", "all connections to PostgreSQL cut", "no failed call", happen, deadline=20)
    clean(row)
    assert row.failures == {}


def test_f04_postgres_is_frozen(measure, stage):
    def happen():
        stage.freeze("postgres")
        time.sleep(20 if measure.long else 3)
        stage.thaw("postgres")

    row = measure("F04", "PostgreSQL frozen (SIGSTOP)", "refused at once, back in 5 s", happen)
    clean(row)


def test_f08_the_cache_is_killed(measure, stage):
    def happen():
        stage.kill("cache")
        time.sleep(20 if measure.long else 1)
        stage.start("cache")

    row = measure("F08", "Valkey cache killed (-9)", "no failed call", happen, deadline=20)
    clean(row)
    assert row.failures == {}


def test_f09_the_cache_is_frozen(measure, stage):
    def happen():
        stage.freeze("cache")
        time.sleep(20 if measure.long else 2)
        stage.thaw("cache")

    row = measure("F09", "Valkey cache frozen", "no failed call", happen, deadline=20)
    clean(row)
    assert row.failures == {}


def test_f17_a_grpc_process_is_killed_and_another_takes_its_place(measure, stage):
    before = {child.pid for child in children(stage)}

    def happen():
        os.kill(min(before), signal.SIGKILL)
        until(lambda: len({child.pid for child in children(stage)} - before) == 1)

    row = measure("F17", "one of two gRPC processes killed (-9)", "one failure each", happen)
    clean(row)


def test_f18_a_rolling_restart_fails_no_call(measure, stage):
    before = {child.pid for child in children(stage)}

    def happen():
        stage.signal("grpc", signal.SIGHUP)
        until(
            lambda: len(now := {child.pid for child in children(stage)}) == 2 and not now & before
        )

    row = measure("F18", "rolling restart (SIGHUP)", "no failed call", happen, deadline=20)
    clean(row)
    assert row.failures == {}


def test_f19_a_grpc_process_is_frozen(measure, stage):
    frozen = min(child.pid for child in children(stage))

    def happen():
        os.kill(frozen, signal.SIGSTOP)
        time.sleep(30 if measure.long else 2)
        os.kill(frozen, signal.SIGCONT)

    row = measure("F19", "one of two gRPC processes frozen", "each call ends in 1 s", happen)
    clean(row)
