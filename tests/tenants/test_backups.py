"""Backups of a real database, and what comes back out of them."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import uuid
from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.utils import timezone

from aiworld.errors import Conflict, Invalid
from aiworld.settings.env import BASE_DIR
from grpc_api.pb.aiworld.v1 import common_pb2
from npcs.models import NpcMemory, NpcPersonality
from npcs.rights import erasing
from tenants import api_keys, provisioning
from tenants.backups import (
    age,
    counting,
    keys,
    making,
    manifest,
    nightly,
    reading,
    restoring,
    store,
    targets,
)
from tenants.context import in_schema, in_tenant
from tenants.models import Membership, Server
from tests.conftest import make_npc
from tests.grpc_api.calls import request
from tests.services import make_database, superuser

CANARY = "quetzalcoatlus"


@pytest.fixture(autouse=True)
def places(settings, tmp_path):
    settings.BACKUP_DIR = tmp_path / "backups"
    settings.BACKUP_KEY_FILE = tmp_path / "backup.key"
    settings.BACKUP_RECIPIENTS = []
    keys.make(settings.BACKUP_KEY_FILE)


@pytest.fixture
def filled(server, other_server, npc):
    """Two servers with an NPC each, and one with memories."""
    with in_tenant(server):
        for char_id in (1, 2):
            remember(npc, char_id, f"{CANARY} {char_id}")
    with in_tenant(other_server):
        make_npc(name="Torvald")
    return server


def remember(npc, char_id, text):
    now = timezone.now()
    said = {"text": text, "speaker": "player", "importance": 5, "happened_at": now}
    NpcMemory.objects.create(npc=npc, char_id=char_id, **said)


def said(command, *arguments, **options):
    out = StringIO()
    call_command(command, *arguments, stdout=out, **options)
    return out.getvalue()


def memories(server):
    with in_tenant(server):
        return sorted(NpcMemory.objects.values_list("char_id", flat=True))


def whole(backup):
    return reading.opened(backup, keys.identities())


def restore(backup, server):
    return restoring.restore_server(
        whole(backup), server.server_id, tell=lambda part, done, total: None
    )


@pytest.fixture
def at_once(monkeypatch):
    """No other process has to learn that the server is suspended."""
    monkeypatch.setattr(restoring.time, "sleep", lambda seconds: None)


def test_the_nightly_backup_is_proven_and_holds_no_secret_in_the_open(filled, settings):
    backup = store.find(nightly.run())
    assert backup.proven_at and backup == store.find("latest")
    raw = b"".join(file.read_bytes() for file in backup.path.iterdir())
    for word in (CANARY, filled.name, settings.API_KEY_SALT, settings.SECRET_KEY):
        assert word.encode() not in raw
    assert whole(backup).manifest.part(filled.server_id).tables["npc_memories"][0] == 2
    assert f"API_KEY_SALT={settings.API_KEY_SALT}" in said("restore", "latest", secrets=True)
    other = settings.BACKUP_DIR.parent / "other.key"
    keys.make(other)
    with pytest.raises(CommandError, match="does not open"):
        call_command("verify_backup", key=other)
    settings.BACKUP_KEY_FILE = None
    assert nightly.run() == ""


def test_what_is_not_what_was_dumped_is_noticed(filled):
    """A row that was changed, a file that was cut off, changed or lost."""
    assert "proven once" in said("backup", server=filled.server_id)
    name = store.listed()[0].name
    assert "1 servers" in said("verify_backup", name) and name in said("backup", list=True)
    backup = store.find(name)
    opened = whole(backup)
    [part] = opened.manifest.parts
    rows, checksum = part.tables["npc_personalities"]
    part.tables["npc_personalities"] = [rows, str(int(checksum) + 1)]
    rewrite(backup, opened.manifest)
    with pytest.raises(CommandError, match="npc_personalities has 1 rows, but not the same ones"):
        call_command("verify_backup", name)
    text = opened.path(part).read_bytes()
    for wrong, words in ((text[:-1], "is cut off"), (text[:-1] + b"x", "its checksum differs")):
        opened.path(part).write_bytes(wrong)
        with pytest.raises(CommandError, match=words):
            call_command("verify_backup", name)
    opened.path(part).unlink()
    with pytest.raises(CommandError, match="is missing"):
        call_command("verify_backup", name)


def rewrite(backup, changed):
    with (backup.path / store.MANIFEST).open("wb") as file:
        age.seal([manifest.written(changed)], file, keys.recipients())


def test_one_server_is_restored_while_the_others_go_on(
    filled, other_server, at_once, stubs, other_key, other_npc_talks
):
    backup = making.make()
    with in_tenant(filled):
        NpcMemory.objects.filter(char_id=1).delete()
        remember(NpcPersonality.objects.get(), 3, "later")
        erasing.erase(2)
    with in_tenant(other_server):
        NpcPersonality.objects.update(name="Thorvald")
    with other_npc_talks() as talks:
        done = restore(backup, filled)
    assert talks.answers > 0 and talks.failures == []
    assert memories(filled) == [1]  # the later one is gone; who was erased since stays erased
    assert done.erased_again == 1 and done.servers == 1 and not done.api_key
    with in_tenant(other_server):
        assert NpcPersonality.objects.get().name == "Thorvald"
    with in_schema():
        assert Server.objects.get(pk=filled.pk).status == Server.Status.ACTIVE
    with superuser(connection.settings_dict["NAME"]) as database:
        left = "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'before_restore%'"
        assert database.execute(left).fetchone() == (0,)


@pytest.fixture
def other_npc_talks(stubs, other_key, other_server, filled):
    class Talks(threading.Thread):
        def __init__(self):
            super().__init__()
            self.over, self.answers, self.failures = threading.Event(), 0, []

        def run(self):
            while not self.over.is_set():
                player = common_pb2.Player(char_id=160_000 + self.answers, name="Aline")
                try:
                    stubs.dialogue.Talk(
                        request("Hello", player), metadata=(("x-api-key", other_key),), timeout=10
                    )
                    self.answers += 1
                except Exception as error:
                    self.failures.append(error)

        def __enter__(self):
            self.start()
            return self

        def __exit__(self, *_):
            self.over.set()
            self.join()

    return Talks


def test_a_restore_that_fails_changes_nothing(filled, at_once, monkeypatch):
    backup = making.make(filled.server_id)
    with in_tenant(filled):
        NpcMemory.objects.filter(char_id=1).delete()
    monkeypatch.setattr(counting, "differences", lambda wanted, found: ["npc_memories is missing"])
    with pytest.raises(Invalid, match="npc_memories is missing"):
        restore(backup, filled)
    assert memories(filled) == [2]
    with in_schema():
        assert Server.objects.get(pk=filled.pk).status == Server.Status.ACTIVE


def test_what_a_restore_that_was_cut_off_left_aside_is_never_dropped(filled, at_once):
    backup = making.make(filled.server_id)
    former = f"before_restore_{filled.schema_name}"
    with superuser(connection.settings_dict["NAME"]) as database:
        database.execute(f"CREATE SCHEMA {former} CREATE TABLE precious (of integer)")
        try:
            with pytest.raises(Conflict, match=f"ALTER SCHEMA {former} RENAME TO"):
                restore(backup, filled)
            assert database.execute(f"SELECT count(*) FROM {former}.precious").fetchone() == (0,)
        finally:
            database.execute(f"DROP SCHEMA {former} CASCADE")
    assert memories(filled) == [1, 2]


def test_a_deleted_server_comes_back_with_its_members_and_a_new_key(committed, stranger):
    made = provisioning.provision(
        name=f"Geffen {uuid.uuid4().hex[:6]}", contact_email="a@example.org"
    )
    Membership.objects.create(user=stranger, server=made.server, role="owner")
    with in_tenant(made.server):
        make_npc(name="Wizard")
    backup = making.make(made.server.server_id)
    with pytest.raises(Conflict, match="--server"):
        restoring.restore_all(whole(backup), replace=True, tell=lambda part, done, total: None)
    provisioning.remove(made.server)
    done = restore(backup, made.server)
    with in_schema():
        server = Server.objects.get(server_id=made.server.server_id)
        assert [each.user for each in server.memberships.all()] == [stranger]
        assert api_keys.resolve(done.api_key).pk == server.pk
    with in_tenant(server):
        assert NpcPersonality.objects.get().name == "Wizard"
    assert done.api_key != made.api_key


@pytest.fixture
def empty_database():
    """Another one beside ours. A server's role cannot be dropped while a database grants it rights,
    so it is gone before the servers are."""
    name = f"restored_{os.getpid()}"
    make_database(name)
    yield name
    with superuser() as session:
        session.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_everything_comes_back_in_an_empty_database(filled, settings, empty_database):
    backup = making.make()
    env = os.environ | {
        "POSTGRES_DB": empty_database,
        "BACKUP_DIR": str(settings.BACKUP_DIR),
        "BACKUP_KEY_FILE": str(settings.BACKUP_KEY_FILE),
    }

    command = [sys.executable, "manage.py", "restore", backup.name]
    done = subprocess.run(command, cwd=BASE_DIR, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with superuser(empty_database) as database:
        database.execute("SET ROLE " + filled.schema_name)
        rows = database.execute(f"SELECT char_id FROM {filled.schema_name}.npc_memories ORDER BY 1")
        assert rows.fetchall() == [(1,), (2,)]
    target = targets.here()
    target = replace(target, database=dict(target.database) | {"NAME": empty_database})
    with pytest.raises(Conflict, match="has tables already"):
        restoring._make_room(target, replace=False)
    restoring._make_room(target, replace=True)
    restoring._make_room(target, replace=False)  # nothing is left
