"""Everything of a server to take away, and nothing of another."""

from __future__ import annotations

import asyncio
import csv
import hashlib
import io
import json
import os
import secrets
import time
import zipfile
from types import SimpleNamespace

import pytest
from django.test import AsyncClient
from django.urls import reverse

from aiworld.errors import Conflict, Unavailable
from npcs.models import NpcPersonality
from tenants import archiving, audit, exporting, key_ring, server_jobs
from tenants.context import in_tenant
from tenants.models import AuditEntry, Invitation, Job, Membership, Role
from tests.conftest import _user, make_facts, make_npc
from tests.web.rows import make_conversation


@pytest.fixture(autouse=True)
def exports(settings, tmp_path):
    settings.EXPORT_DIR = tmp_path / "exports"
    return settings.EXPORT_DIR


def fill(server, canary, user):
    """Something with the canary in every kind of place."""
    with in_tenant(server):
        npc = make_npc(name=f"npc {canary}")
        make_facts(npc, f'a fact {canary}, with a comma, "quotes"\nand a line')
        make_conversation(npc, (f"said {canary}", f"answered {canary}"))
    key = key_ring.add(server, name=f"key {canary}", by=user)
    Invitation.objects.create(
        server=server, email=f"{canary}@example.org", digest=secrets.token_bytes(32),
        expires_at="2099-01-01T00:00Z",
    )  # fmt: skip
    audit.note(server, actor=user, action="server.changed", target=canary)
    return key


@pytest.fixture
def canaries(server, other_server, owner, operator):
    foreign = _user("canary-foreign-member")
    Membership.objects.create(user=foreign, server=other_server, role=Role.OWNER)
    kept = fill(server, "canary-mine", owner)
    other = fill(other_server, "canary-foreign", operator)
    yield SimpleNamespace(key=kept, foreign=other)
    kept.row.delete()
    other.row.delete()


def export(server, by):
    job = exporting.start(server, by=by)
    work = server_jobs.begin(job.pk)
    server_jobs.finish(work, exporting.make(work))
    job.refresh_from_db()
    return job


def opened(job):
    archive = zipfile.ZipFile(exporting.ready(job))
    assert archive.testzip() is None
    return {name: archive.read(name) for name in archive.namelist()}


def test_it_holds_every_table_and_no_byte_of_another_server(server, other_server, owner, canaries):
    files = opened(export(server, owner))
    everything = b"".join(files.values()) + "".join(files).encode()
    assert b"canary-foreign" not in everything
    for trace in (other_server.server_id, other_server.schema_name, other_server.name):
        assert trace.encode() not in everything
    mine = [name for name, content in files.items() if b"canary-mine" in content]
    for name in ("npc_personalities", "npc_knowledge", "conversation_turns"):
        assert f"tables/{name}.csv" in mine
    assert {"keys.jsonl", "invitations.jsonl", "audit.jsonl"} <= set(mine)
    with in_tenant(server):
        tables = archiving._tables(server)
    assert {f"tables/{name}.csv" for name in tables} == {
        name for name in files if name.startswith("tables/")
    }
    assert len(tables) > 20 and not [name for name in tables if name[-6:].isdigit()]


def test_the_manifest_is_true(server, owner, canaries):
    files = opened(export(server, owner))
    manifest = json.loads(files["manifest.json"])
    assert {each["file"] for each in manifest["files"]} == set(files) - {
        "manifest.json", "README.txt",
    }  # fmt: skip
    for each in manifest["files"]:
        content = files[each["file"]]
        assert hashlib.sha256(content).hexdigest() == each["sha256"]
        if each["file"].endswith(".csv"):
            rows = list(csv.reader(io.StringIO(content.decode())))
            assert len(rows) - 1 == each["rows"]
    facts = csv.DictReader(io.StringIO(files["tables/npc_knowledge.csv"].decode()))
    assert 'quotes"\nand a line' in next(facts)["text"]
    assert server.server_id in files["README.txt"].decode()


def test_no_secret_leaves(server, owner, canaries):
    files = opened(export(server, owner))
    everything = b"".join(files.values())
    assert canaries.key.key.encode() not in everything
    for digest in (canaries.key.row.digest, Invitation.objects.get(server=server).digest):
        assert bytes(digest).hex().encode() not in everything
    for name in ("keys.jsonl", "invitations.jsonl", "members.jsonl", "server.json"):
        assert b"digest" not in files[name] and b"password" not in files[name]


def test_members_are_named(server, owner):
    lines = opened(export(server, owner))["members.jsonl"].splitlines()
    assert json.loads(lines[0])["email"] == owner.email and len(lines) == 1


def test_one_at_a_time(server, owner):
    job = exporting.start(server, by=owner)
    with pytest.raises(Conflict):
        exporting.start(server, by=owner)
    server_jobs.fail(server_jobs.begin(job.pk), "no")
    exporting.start(server, by=owner)


def test_a_full_disk_is_said_before_it_is_full(server, owner, monkeypatch):
    free = SimpleNamespace(free=exporting.RESERVE - 1)
    monkeypatch.setattr(exporting.shutil, "disk_usage", lambda path: free)
    with pytest.raises(Unavailable, match="room"):
        exporting.start(server, by=owner)
    assert not Job.objects.exists()


def test_a_newer_one_replaces_the_older(server, owner):
    first, second = export(server, owner), export(server, owner)
    assert exporting.ready(first) is None and exporting.ready(second)


def test_what_fails_leaves_nothing_behind(server, owner, exports, monkeypatch):
    def broken(*args):
        raise ZeroDivisionError

    monkeypatch.setattr(archiving, "_add_records", broken)
    job = exporting.start(server, by=owner)
    with pytest.raises(ZeroDivisionError):
        exporting.make(server_jobs.begin(job.pk))
    assert not list(exports.glob("*/*"))


def test_it_stops_when_its_worker_is_stopped(server, owner, npc, exports, monkeypatch):
    def stopped(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(exporting, "TELLING", 0)
    job = exporting.start(server, by=owner)
    work = server_jobs.begin(job.pk)
    monkeypatch.setattr(work, "tell", stopped)
    with pytest.raises(KeyboardInterrupt):
        exporting.make(work)
    assert not list(exports.glob("*/*"))


def test_it_expires(server, owner, exports):
    job = export(server, owner)
    path = exporting.ready(job)
    assert oct(path.stat().st_mode)[-3:] == "600"
    assert exporting.clear_expired() == 0
    past = time.time() - exporting.LIFETIME.total_seconds() - 1
    os.utime(path, (past, past))
    assert exporting.ready(job) is None
    assert exporting.clear_expired() == 1
    assert not list(exports.iterdir())


def test_rows_of_several_megabytes_are_streamed(server, owner, npc):
    with in_tenant(server):
        NpcPersonality.objects.filter(pk=npc.pk).update(background="x" * 5_000_000)
    files = opened(export(server, owner))
    assert files["tables/npc_personalities.csv"].count(b"x") >= 5_000_000


def test_the_pages_lead_from_asking_to_the_file(server, as_role):
    client = as_role("admin")
    address = reverse("portal:export", args=[server.server_id])
    response = client.post(address)
    job = Job.objects.get(kind=Job.Kind.EXPORT)
    assert response["Location"] == reverse("portal:job", args=[job.pk])
    assert client.get(response["Location"]).status_code == 200
    assert "being made" in client.get(address).text
    work = server_jobs.begin(job.pk)
    server_jobs.finish(work, exporting.make(work))
    assert client.get(response["Location"])["Location"] == address
    download = reverse("portal:export_download", args=[server.server_id, job.pk])
    assert download in client.get(address).text
    file = client.get(download)
    assert b"".join(file.streaming_content).startswith(b"PK")
    assert "attachment" in file["Content-Disposition"] and "no-store" in file["Cache-Control"]
    actions = AuditEntry.objects.order_by("id").values_list("action", flat=True)
    assert list(actions) == ["export.started", "export.downloaded"]


def test_under_asgi_it_is_streamed_too(server, owner):
    job = export(server, owner)

    async def size():
        client = AsyncClient()
        await client.aforce_login(owner)
        address = reverse("portal:export_download", args=[server.server_id, job.pk])
        response = await client.get(address)
        assert response.is_async
        chunks = [chunk async for chunk in response.streaming_content]
        return sum(map(len, chunks)), int(response["Content-Length"])

    got, told = asyncio.run(size())
    assert got == told == exporting.ready(job).stat().st_size


def test_only_owners_and_admins_of_this_server_get_it(server, other_server, owner, as_role):
    job = export(server, owner)
    download = reverse("portal:export_download", args=[server.server_id, job.pk])
    for role in ("viewer", "editor"):
        assert as_role(role).get(download).status_code == 403
        page = reverse("portal:export", args=[server.server_id])
        assert as_role(role).post(page).status_code == 403
    stranger = _user("elsewhere")
    Membership.objects.create(user=stranger, server=other_server, role=Role.OWNER)
    client = as_role("owner")
    client.force_login(stranger)
    assert client.get(download).status_code == 404
    through_own = reverse("portal:export_download", args=[other_server.server_id, job.pk])
    assert client.get(through_own).status_code == 404
    assert Job.objects.filter(kind=Job.Kind.EXPORT).count() == 1
