"""The disk of the database is lost; a base backup and the write-ahead log that was received
elsewhere bring it back (docs/how-to/back-up.md). How much is missing then is the RPO."""

from __future__ import annotations

import os
import shutil
import time

import psycopg
import pytest
from django.db import connection

from aiworld.devstack.postgres import PORT
from aiworld.devstack.processes import Process
from tests.faults import reporting
from tests.faults.measuring import Row
from tests.faults.stage import Stage
from tests.faults.test_short import until

SECONDS = 10


@pytest.fixture
def alone(game_servers):
    stage = Stage(connection.settings_dict["NAME"])
    try:
        stage.copy_from(os.environ["POSTGRES_HOST"])
        stage.start("postgres")
        yield stage
    finally:
        stage.close()


def program(stage, name, *arguments):
    where = ("-h", str(stage.postgres.sockets), "-p", PORT, "-U", "postgres")
    return Process(stage.postgres._program(name, *where, *arguments))


def test_the_log_brings_back_all_but_the_last_moments(alone):
    home, data = alone.postgres.home, alone.postgres.data
    base, log = home / "base", home / "wal"
    for folder in (base, log):
        alone.postgres._hand_over(folder)
    assert (
        program(alone, "pg_basebackup", "-D", base, "-X", "stream", "-c", "fast").popen.wait(60)
        == 0
    )
    receiver = program(alone, "pg_receivewal", "-D", log, "--synchronous")
    until(lambda: alone.sql("SELECT count(*) FROM pg_stat_replication") == [(1,)])
    alone.sql("CREATE TABLE public.acknowledged (id bigint PRIMARY KEY)")
    done, ended = written(alone), time.monotonic()
    alone.kill("postgres")
    receiver.popen.kill()
    receiver.popen.wait()

    shutil.rmtree(data)
    base.rename(data)
    for partial in log.glob("*.partial"):
        partial.rename(partial.with_suffix(""))
    with (data / "postgresql.auto.conf").open("a") as file:
        file.write(f"restore_command = 'cp {log}/%f %p'\n")
    (data / "recovery.signal").touch()
    alone.start("postgres")
    until(lambda: alone.sql("SELECT pg_is_in_recovery()") == [(False,)])
    there = {number for (number,) in alone.sql("SELECT id FROM public.acknowledged")}
    lost = [moment for number, moment in done.items() if number not in there]
    row = Row("F41", "the database's disk lost; base backup and log", "minutes at most")
    row.acknowledged, row.lost = len(done), {"turns": len(lost), "memories": 0, "grants": 0}
    row.recovered = time.monotonic() - ended
    row.missed = f"{ended - min(lost):.2f} s of writes were missing" if lost else ""
    reporting.ROWS.append(row)
    assert not lost or ended - min(lost) < 60


def written(stage):
    """What was acknowledged, and when."""
    done, ends = {}, time.monotonic() + SECONDS
    with psycopg.connect(
        host=str(stage.postgres.sockets), port=PORT, user="postgres", dbname=stage.database,
        autocommit=True,
    ) as session:  # fmt: skip
        while time.monotonic() < ends:
            number = len(done)
            session.execute("INSERT INTO public.acknowledged VALUES (%s)", [number])
            done[number] = time.monotonic()
    return done
