"""The doctor finds what is broken, by breaking it."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections import namedtuple
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.utils import timezone

from aiworld.devstack.valkey import Valkey
from grpc_api import diagnosis as door
from grpc_api.tls import authority
from grpc_api.tls.files import Folder
from portal import diagnosis as models
from tenants import diagnosis, health, heartbeat, metrics
from tenants.backups import diagnosis as backups
from tenants.context import in_owner
from tenants.current import PUBLIC
from tenants.diagnosis import configuration, room, schema, services, work
from tenants.models import Outbox
from tests.grpc_api.calls import until

WELL = dict.fromkeys(health.CHECKS, "ok")


def outcomes(found):
    return {each.check: each.outcome for each in found}


@contextmanager
def valkey(folder, **options):
    """A server of this test's own; yields its socket and a function that stops it."""
    server = Valkey(
        name="doctor", folder=folder / "d", socket=folder / "s", log=folder / "l", options=options
    )
    program = server.program()
    with (folder / "l").open("wb") as log:
        process = subprocess.Popen(program.argv, env=program.env, stdout=log, stderr=log)

    def stop():
        process.kill()
        process.wait()

    try:
        until(server.ready, 20)
        yield server.socket, stop
    finally:
        stop()


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """A busy machine is no service that is away."""
    monkeypatch.setattr(health, "TIMEOUT", 30.0)
    monkeypatch.setattr(services, "TIMEOUT", 30.0)


@pytest.fixture
def folder(tmp_path_factory):
    """A socket's path has to be short."""
    return tmp_path_factory.mktemp("d")


@pytest.fixture
def forgetful():
    """What remembers the address of a Redis."""
    remembering = (health._channels_redis, heartbeat._client)
    for each in remembering:
        each.cache_clear()
    yield
    for each in remembering:
        each.cache_clear()


def test_where_all_is_well_nothing_is_found_and_versions_are_told(committed):
    found = list(services.find(health.checks()))
    assert outcomes(found) == dict.fromkeys(health.CHECKS, "ok")
    [database] = [each for each in found if each.check == "database"]
    assert "PostgreSQL" in database.seen and "connections" in database.seen


def test_a_redis_that_stopped_is_named_and_so_is_what_to_do(folder, settings, forgetful, committed):
    with valkey(folder) as (socket, stop):
        settings.CHANNELS_REDIS_URL = f"unix://{socket}?db=0"
        assert health.checks()["live"] == "ok"
        stop()
        found = {each.check: each for each in services.find(health.checks())}
        assert found["live"].state == "failing" and "CHANNELS_REDIS_URL" in found["live"].advice
        assert found["database"].state == "ok"


def test_a_queue_that_would_evict_tasks_is_a_failure(folder, settings, committed):
    options = {"maxmemory": "64mb", "maxmemory-policy": "allkeys-lru"}
    with valkey(folder, **options) as (socket, _):
        settings.CELERY_BROKER_URL = f"redis+socket://{socket}?virtual_host=0"
        found = services._queue()
    assert found.state == "failing" and found.outcome == "evicts (allkeys-lru)"


def test_an_old_or_crowded_postgresql_is_told_of(monkeypatch):
    monkeypatch.setattr(services, "_looked", lambda: ("15.4", 15_00_04, "0.8", 10, 100))
    assert services._database().state == "failing"
    monkeypatch.setattr(services, "_looked", lambda: ("18.0", 18_00_00, "0.8", 91, 100))
    assert services._database().state == "warning"


def test_a_schema_that_lacks_a_migration_is_named(server, other_server):
    assert outcomes(schema.find(WELL)) == {"migrations": "ok"}
    table = f'"{server.schema_name}".django_migrations'
    with in_owner(PUBLIC), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE app = 'npcs' RETURNING app, name, applied")
        rows = cursor.fetchall()
        try:
            [found] = schema.find(WELL)
        finally:
            insert = f"INSERT INTO {table} (app, name, applied) VALUES (%s, %s, %s)"
            cursor.executemany(insert, rows)
    assert found.state == "failing" and "migrate" in found.advice
    assert found.outcome == f"not applied in 1 schemas: {server.schema_name}"


def test_a_database_of_a_newer_version_is_told_of(committed):
    with in_owner(PUBLIC), connection.cursor() as cursor:
        add = "INSERT INTO django_migrations (app, name, applied) VALUES ('npcs', '9999_x', now())"
        cursor.execute(add)
        try:
            [found] = schema.find(WELL)
        finally:
            cursor.execute("DELETE FROM django_migrations WHERE name = '9999_x'")
    assert found.outcome == "unknown: npcs.9999_x"


def row(server, **fields):
    made = Outbox.objects.create(server=server, task="npcs.tasks.follow_up", subject="1")
    Outbox.objects.filter(pk=made.pk).update(**fields)


def test_work_that_nobody_does_and_work_that_failed_are_told_of(server):
    fresh = outcomes(work.find(WELL | {"queue": "away"}))
    assert fresh == {"outbox": "ok", "dead letters": "ok", "jobs": "ok"}
    now = timezone.now()
    row(server, created_at=now - timedelta(minutes=5))
    late = outcomes(work.find(WELL | {"queue": "away"}))
    assert late["outbox"].startswith("work waits for 3")
    Outbox.objects.all().delete()
    row(server, published_at=now - timedelta(hours=1), attempts=5)
    dead = outcomes(work.find(WELL | {"queue": "away"}))
    assert dead["outbox"] == "ok" and dead["dead letters"].startswith("1 pieces")


def test_silence_of_worker_and_beat_is_noticed(folder, settings, forgetful):
    with valkey(folder) as (socket, stop):
        settings.CHANNELS_REDIS_URL = f"unix://{socket}?db=0"
        assert work._heartbeat().outcome == work.NEVER
        heartbeat.beat()
        assert work._heartbeat().state == "ok"
        heartbeat._client().set(heartbeat.KEY, time.time() - 90)
        assert work._heartbeat().outcome.startswith("silent for 9")
        stop()
        heartbeat.beat()  # work goes on all the same


def test_a_disk_that_fills_up_is_a_warning_first(monkeypatch, tmp_path):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(room, "DATA_DIR", tmp_path)
    for used, state in ((50, "ok"), (90, "warning"), (97, "failing")):
        monkeypatch.setattr(
            room.shutil, "disk_usage", lambda path, used=used: usage(100, used, 100 - used)
        )
        found = [each for each in room.find({"database": "away"}) if "disk" in each.check]
        assert {each.state for each in found} == {state}


def test_an_installation_without_room_is_told_of(settings, server):
    settings.MAX_SERVERS_SUPPORTED = 1
    assert outcomes(room.find(WELL))["room"] == "full"


def test_settings_that_do_not_fit_are_among_the_findings(settings):
    assert {each.state for each in configuration.find(WELL)} == {"ok"}
    settings.GRPC_DB_THREADS = settings.DB_POOL_SIZE + 1
    settings.DEBUG = True
    found = list(configuration.find(WELL))
    assert [each.state for each in found] == ["ok", "failing", "warning"]
    assert "aiworld.E003" in found[1].outcome


def test_a_backup_that_is_old_or_was_never_proven_is_told_of(monkeypatch):
    def made(hours, *, proven=True, whole=True):
        at = timezone.now() - timedelta(hours=hours)
        return SimpleNamespace(whole=whole, made_at=at, proven_at=at if proven else None)

    for there, told in (
        ([], "there is none"),
        ([made(1, whole=False)], "there is none"),
        ([made(1, proven=False)], "none was ever proven"),
        ([made(1, proven=False), made(30)], "the newest proven one is 30 h old"),
        ([made(1, proven=False), made(25)], "ok"),
    ):
        monkeypatch.setattr(backups.store, "listed", lambda there=there: there)
        assert outcomes(backups.find(WELL)) == {"backups": told}


class TestTheGamesDoor:
    def test_a_closed_one_and_an_open_one(self, settings, grpc_address):
        settings.GRPC_PORT = 1
        assert outcomes(door.find(WELL)) == {"gRPC": "does not answer"}
        settings.GRPC_PORT = int(grpc_address.rpartition(":")[2])
        until(lambda: outcomes(door.find(WELL)) == {"gRPC": "ok"}, 30)

    def test_open_to_others_without_tls_is_a_warning(self, settings, grpc_address):
        settings.GRPC_PORT, settings.GRPC_HOST = int(grpc_address.rpartition(":")[2]), "0.0.0.0"
        until(lambda: "no TLS" in outcomes(door.find(WELL))["gRPC"], 30)

    def test_certificates_that_end_soon_have_ended_or_do_not_fit(
        self, settings, tmp_path, monkeypatch
    ):
        folder = Folder(tmp_path)
        folder.keep_authority(authority.make_authority(days=400))
        settings.GRPC_PORT = 1
        settings.GRPC_TLS_CLIENT_CA = str(folder.bundle)
        monkeypatch.setattr(authority, "SKEW", timedelta(days=3))
        for days, told in ((300, "ok"), (9, "expires in 9 days"), (-1, "has expired")):
            made = authority.issue_server(folder.authority(), ["localhost"], days=days)
            settings.GRPC_TLS_CERT, settings.GRPC_TLS_KEY = map(str, folder.keep("server", made))
            assert outcomes(door.find(WELL))["certificate (server)"] == told
        assert outcomes(door.find(WELL))["certificate (client authority)"] == "ok"
        [metric] = door.metrics()
        assert len(metric.samples) == 2
        settings.GRPC_TLS_KEY = str(folder.key)
        assert "does not belong" in outcomes(door.find(WELL))["certificate"]


class TestModels:
    def test_a_process_that_is_away(self, settings, monkeypatch):
        assert outcomes(models.find(WELL))["models"] == "ok"

        async def away(**kwargs):
            raise models.AIWorldError("the inference process is away")

        monkeypatch.setattr(models.client, "health", away)
        assert outcomes(models.find(WELL))["models"] == "the inference process is away"

    @pytest.mark.parametrize(
        ("said", "state"),
        [("H200, 1000, 143771", "ok"), ("H200, 140000, 143771", "warning"), ("no", "failing")],
    )
    def test_the_gpu_is_asked_of_its_driver(self, settings, monkeypatch, tmp_path, said, state):
        program = tmp_path / "nvidia-smi"
        program.write_text(f"#!/bin/sh\necho '{said}'\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
        settings.ML_DEVICE = "cuda"
        [gpu] = [each for each in models.find(WELL) if each.check == "GPU"]
        assert gpu.state == state

    def test_a_device_without_a_driver(self, settings, monkeypatch, tmp_path):
        monkeypatch.setenv("PATH", str(tmp_path))
        settings.ML_DEVICE = "cuda"
        assert outcomes(models.find(WELL))["GPU"].startswith("no driver")


def test_a_check_that_breaks_is_a_finding_itself(monkeypatch, settings, committed):
    def broken(url):
        raise KeyError("x")

    settings.DIAGNOSES = ["tenants.diagnosis.services.find"]
    monkeypatch.setattr(services, "_redis", broken)
    found = diagnosis.examine()
    assert found[-1].outcome == "KeyError" and diagnosis.worst(found) == "failing"


def test_the_doctor_says_it_to_people_and_to_programs(settings, committed, monkeypatch):
    settings.DIAGNOSES = ["tenants.diagnosis.configuration.find"]
    said = StringIO()
    call_command("doctor", stdout=said)
    assert "Nothing is wrong." in said.getvalue() and "Python" in said.getvalue()
    settings.DB_POOL_SIZE = 1
    for arguments in ((), ("--json",)):
        said = StringIO()
        with pytest.raises(SystemExit) as left:
            call_command("doctor", *arguments, stdout=said)
        assert left.value.code == 1
    told = json.loads(said.getvalue())
    assert told["status"] == "failing"
    assert {"check", "state", "outcome", "advice", "seen"} == set(told["findings"][0])


def test_every_piece_of_advice_names_pages_that_are_there():
    root = Path(__file__).resolve().parents[2]
    for module in (backups, services, schema, work, room, door, models):
        text = Path(module.__file__).read_text()
        for word in text.replace('"', " ").replace("(", " ").replace(")", " ").split():
            if word.startswith("docs/"):
                assert (root / word.rstrip(".,:;")).is_file(), word


def test_without_a_database_the_other_figures_are_still_told(settings, monkeypatch, committed):
    def away():
        raise OperationalError("connection refused")

    monkeypatch.setattr(metrics.health, "checks", lambda: WELL | {"database": "OperationalError"})
    monkeypatch.setattr(work, "waiting", away)
    monkeypatch.setattr("portal.fleet.metrics", away)
    text = metrics.exposition(metrics.collect())
    assert 'aiworld_healthy{check="database"} 0' in text and "aiworld_disk_used_ratio" in text
