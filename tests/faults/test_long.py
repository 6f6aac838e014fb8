"""Faults that take minutes, or a machine of one's own: `make faults`."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from contextlib import ExitStack

import psutil
import pytest
import redis
from django.db import connection

from tests.faults import reporting
from tests.faults.measuring import Measuring, clean
from tests.faults.stage import Stage
from tests.faults.test_short import children, until

ROOM = 160 * 1024 * 1024
"""Bytes that are free on the small disk at first."""
OUTBOX = "SELECT count(*) FROM public.outbox"
FACTS = "SELECT count(*) FROM {schema}.dialogue_embeddings"


@pytest.fixture(scope="module")
def working(stage):
    """With what does the work that was put off; a task that hangs is given up soon."""
    stage.settings |= {
        "CELERY_TASK_SOFT_TIME_LIMIT": "10",
        "CELERY_TASK_TIME_LIMIT": "15",
        "CELERY_LEASE": "20",
        "MEMORY_CONSOLIDATION_SECONDS": "5",
    }
    stage.start("worker", "beat")
    yield stage
    for name in ("beat", "worker"):
        stage.stop(name)


def drained(stage):
    return stage.sql(OUTBOX) == [(0,)]


def test_f06_the_disk_is_full(game_servers):
    stage = Stage(connection.settings_dict["NAME"])
    home = stage.folders.postgres
    home.mkdir(mode=0o711, parents=True, exist_ok=True)
    with ExitStack() as after:
        after.callback(stage.close)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(home)], capture_output=True)
        if mounted.returncode:
            pytest.fail(f"no small disk: {mounted.stderr.decode()}")
        after.callback(subprocess.run, ["umount", "-l", str(home)])
        stage.copy_from(os.environ["POSTGRES_HOST"])
        stage.start("cache", "broker", "postgres")
        used = shutil.disk_usage(home).used
        remount = f"remount,size={used + ROOM}"
        subprocess.run(["mount", "-o", remount, str(home)], check=True)
        stage.start("grpc")

        def happen():
            ballast = home / "ballast"
            with ballast.open("wb", buffering=0) as file:
                try:
                    while file.write(b"\0" * (1 << 20)) == 1 << 20:
                        pass
                except OSError:
                    pass
            time.sleep(20)
            ballast.unlink()
            if stage._running["postgres"].ended() is not None:
                stage._running.pop("postgres")
                stage.start("postgres")

        measure = Measuring(stage, game_servers, reporting.ROWS)
        row = measure("F06", "the database's disk full", "nothing lost, back in 60 s", happen)
        clean(row)


def test_f10_the_cache_is_full(measure, stage):
    with redis.Redis.from_url(stage.env["REDIS_URL"]) as cache:

        def happen():
            cache.config_set("maxmemory", "4mb")
            for at in range(3000):
                cache.set(f"rubbish:{at}", os.urandom(4096))
            cache.config_set("maxmemory", "256mb")

        row = measure("F10", "Valkey cache full", "no failed call", happen, deadline=20)
    clean(row)
    assert row.failures == {}


def test_f11_the_queue_is_lost_with_its_data(measure, working):
    def happen():
        working.kill("broker")
        shutil.rmtree(working.folder / "broker")
        time.sleep(5)
        working.start("broker")

    row = measure("F11", "the queue killed and its data deleted", "nothing lost", happen)
    clean(row)
    # What a relay had handed over is handed over again when its lease is over.
    working.sql("UPDATE public.outbox SET published_at = published_at - interval '10 minutes'")
    until(lambda: drained(working), 120)


def test_f13_the_worker_is_killed(measure, working):
    def happen():
        working.kill("worker")
        time.sleep(3)
        working.start("worker")

    row = measure("F13", "the worker killed (-9), and its children", "all work done", happen)
    clean(row)
    working.sql("UPDATE public.outbox SET published_at = published_at - interval '10 minutes'")
    until(lambda: drained(working), 180)


def test_f20_an_outage_longer_than_the_backoff(measure, stage):
    def happen():
        stage.kill("grpc")
        time.sleep(90)
        stage.start("grpc")

    row = measure("F20", "no gRPC server for 90 s", "back in 10 s", happen)
    clean(row)
    if row.recovered and row.recovered > 10:
        row.missed = f"back after {row.recovered:.0f} s"


def test_f40_no_file_descriptors_are_left(measure, stage):
    child = psutil.Process(children(stage)[0].pid)

    def happen():
        before = child.rlimit(psutil.RLIMIT_NOFILE)
        child.rlimit(psutil.RLIMIT_NOFILE, (child.num_fds() + 2, before[1]))
        with ExitStack() as idle:
            for _ in range(64):
                try:
                    plug = socket.create_connection(("127.0.0.1", stage.port), timeout=1)
                except OSError:
                    continue
                idle.callback(plug.close)
            time.sleep(5)
        child.rlimit(psutil.RLIMIT_NOFILE, before)

    row = measure("F40", "no file descriptors left", "no crash, recovers", happen)
    clean(row)
    assert child.is_running()
