"""Keys: named, within the plan, rotated with an overlap over a real connection, revoked."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from datetime import timedelta

import grpc
import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from aiworld.errors import Conflict, Invalid, OverQuota
from grpc_api.pb.aiworld.v1 import server_pb2
from tenants import api_keys, key_ring
from tenants.key_ring import State, state
from tenants.models import ApiKey, AuditEntry, Role

HELLO = server_pb2.HandshakeRequest(protocol_version=1)
KEY = re.compile(r"sk-[0-9a-f]{12}-[\w-]{43}")


@pytest.fixture
def only_mine(server):
    """The server's own first key stays out of the way and comes back."""
    first = list(ApiKey.objects.filter(server=server))
    ApiKey.objects.filter(server=server).delete()
    yield server
    ApiKey.objects.filter(server=server).delete()
    ApiKey.objects.bulk_create(first)
    api_keys.forget_all()


@pytest.fixture
def made(only_mine, owner):
    return key_ring.add(only_mine, name="first", by=owner)


def handshake(stubs, key):
    try:
        stubs.server.Handshake(HELLO, metadata=(("x-api-key", key),))
    except grpc.RpcError as error:
        return error.code()
    return grpc.StatusCode.OK


@pytest.mark.parametrize(
    ("revoked", "expires", "expected"),
    [
        (None, None, State.ACTIVE),
        (None, timedelta(seconds=1), State.EXPIRING),
        (None, timedelta(0), State.EXPIRED),
        (None, -timedelta(days=1), State.EXPIRED),
        (-timedelta(days=1), None, State.REVOKED),
        (-timedelta(days=1), timedelta(days=1), State.REVOKED),
    ],
)
def test_what_state_a_key_is_in(revoked, expires, expected):
    now = timezone.now()
    key = ApiKey(
        revoked_at=None if revoked is None else now + revoked,
        expires_at=None if expires is None else now + expires,
    )
    assert state(key, now=now) is expected


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "a\x00b", "a\u202eb"])
def test_a_name_that_is_none_is_refused(only_mine, owner, name):
    with pytest.raises(Invalid):
        key_ring.add(only_mine, name=name, by=owner)
    assert not ApiKey.objects.filter(server=only_mine).exists()


def test_a_plan_has_so_many_keys_and_those_that_end_do_not_count(only_mine, owner, settings):
    settings.PLANS = {"free": {"keys": 2}}
    first = key_ring.add(only_mine, name="first", by=owner)
    key_ring.add(only_mine, name="second", by=owner)
    with pytest.raises(OverQuota, match="2 keys"):
        key_ring.add(only_mine, name="third", by=owner)
    key_ring.rotate(first.row, overlap=timedelta(days=7), by=owner)
    with pytest.raises(OverQuota):
        key_ring.add(only_mine, name="third", by=owner)
    key_ring.revoke(ApiKey.objects.get(name="second"), by=owner)
    key_ring.add(only_mine, name="third", by=owner)


@pytest.mark.parametrize("overlap", list(key_ring.OVERLAPS.values()))
def test_the_old_key_ends_when_the_owner_chose(made, owner, overlap):
    before = timezone.now()
    new = key_ring.rotate(made.row, overlap=overlap, by=owner)
    made.row.refresh_from_db()
    ends = made.row.expires_at or made.row.revoked_at
    assert before + overlap <= ends <= timezone.now() + overlap
    assert (new.row.name, new.row.expires_at, new.row.revoked_at) == ("first", None, None)


def test_what_was_rotated_is_not_rotated_again(made, owner):
    key_ring.rotate(made.row, overlap=timedelta(hours=1), by=owner)
    with pytest.raises(Conflict, match="the one that replaced it"):
        key_ring.rotate(made.row, overlap=timedelta(hours=1), by=owner)
    assert ApiKey.objects.filter(server=made.row.server).count() == 2


def test_no_other_overlap(made, owner):
    for overlap in (timedelta(days=3650), -timedelta(days=1)):
        with pytest.raises(Invalid):
            key_ring.rotate(made.row, overlap=overlap, by=owner)


def test_both_keys_work_until_the_old_one_ends(made, owner, stubs):
    new = key_ring.rotate(made.row, overlap=timedelta(hours=1), by=owner)
    assert handshake(stubs, made.key) == handshake(stubs, new.key) == grpc.StatusCode.OK
    ends = timezone.now() + timedelta(seconds=1.5)
    ApiKey.objects.filter(pk=made.row.pk).update(expires_at=ends)
    api_keys.forget_all()
    assert handshake(stubs, made.key) == grpc.StatusCode.OK
    time.sleep(1.6)
    assert handshake(stubs, made.key) == grpc.StatusCode.UNAUTHENTICATED
    assert handshake(stubs, new.key) == grpc.StatusCode.OK


def test_without_overlap_the_old_key_is_refused_at_once(made, owner, stubs):
    assert handshake(stubs, made.key) == grpc.StatusCode.OK
    new = key_ring.rotate(made.row, overlap=timedelta(0), by=owner)
    assert handshake(stubs, made.key) == grpc.StatusCode.UNAUTHENTICATED
    assert handshake(stubs, new.key) == grpc.StatusCode.OK


ASKING = """
import sys, time, django
django.setup()
from aiworld.errors import Unauthenticated
from tenants import api_keys
key = sys.stdin.readline().strip()
api_keys.resolve(key)
print("known", flush=True)
while True:
    try:
        api_keys.resolve(key)
    except Unauthenticated:
        print("refused", flush=True)
        break
    time.sleep(0.02)
"""


def test_another_process_refuses_a_revoked_key_within_two_seconds(made, owner):
    environment = os.environ | {"POSTGRES_DB": connection.settings_dict["NAME"]}
    command = [sys.executable, "-c", ASKING]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as asking:
        asking.stdin.write(made.key + "\n")
        asking.stdin.flush()
        assert asking.stdout.readline() == "known\n"
        key_ring.revoke(made.row, by=owner)
        revoked = time.monotonic()
        assert asking.stdout.readline() == "refused\n"
        assert time.monotonic() - revoked < api_keys.CACHE_SECONDS + 1
        asking.kill()


def test_what_happened_is_written_down_without_the_key(made, owner):
    new = key_ring.rotate(made.row, overlap=timedelta(hours=1), by=owner, address="192.0.2.7")
    key_ring.revoke(new.row, by=owner)
    entries = AuditEntry.objects.order_by("id")
    assert [each.action for each in entries] == ["key.issued", "key.rotated", "key.revoked"]
    written = str([(each.target, each.details) for each in entries])
    for key in (made.key, new.key):
        assert key not in written and key.rpartition("-")[2] not in written
    assert {each.actor for each in entries} == {owner}


def test_revoked_twice_is_said(made, owner):
    key_ring.revoke(made.row, by=owner)
    with pytest.raises(Conflict):
        key_ring.revoke(made.row, by=owner)


def test_a_new_key_is_shown_once_with_its_configuration(only_mine, as_role):
    client = as_role("admin")
    address = reverse("portal:keys", args=[only_mine.server_id])
    response = client.post(address, {"name": "map-server 2"})
    [key] = set(KEY.findall(response.text))
    assert api_keys.resolve(key) == only_mine
    assert "no-store" in response["Cache-Control"]
    assert f"ai_sidecar_api_key: {key}" in response.text
    assert f"ai_sidecar_game_server_id: {only_mine.server_id}" in response.text
    assert key not in client.get(address).text and "map-server 2" in client.get(address).text


def test_rotating_by_the_page(made, as_role):
    client, row = as_role("owner"), made.row
    address = reverse("portal:rotate_key", args=[row.server.server_id, row.pk])
    assert "How long" in client.get(address).text
    assert "Choose how long" in client.post(address, {"overlap": "10y"}).text
    [key] = set(KEY.findall(client.post(address, {"overlap": "24h"}).text))
    assert api_keys.resolve(key) == api_keys.resolve(made.key)
    assert "ends soon" in client.get(reverse("portal:keys", args=[row.server.server_id])).text


def test_revoking_by_the_page_asks_first(made, as_role):
    client, row = as_role("owner"), made.row
    address = reverse("portal:revoke_key", args=[row.server.server_id, row.pk])
    assert "cannot be undone" in client.get(address).text
    assert api_keys.resolve(made.key)
    client.post(address)
    row.refresh_from_db()
    assert row.revoked_at


def test_only_owners_and_admins_touch_keys_and_only_of_this_server(made, other_server, as_role):
    row = made.row
    addresses = [
        reverse("portal:keys", args=[row.server.server_id]),
        reverse("portal:rotate_key", args=[row.server.server_id, row.pk]),
        reverse("portal:revoke_key", args=[row.server.server_id, row.pk]),
    ]
    for role in ("viewer", "editor"):
        client = as_role(role)
        for address in addresses:
            assert client.get(address).status_code == 403
            assert client.post(address, {"name": "x", "overlap": "now"}).status_code == 403
    foreign = ApiKey.objects.filter(server=other_server).first()
    for name in ("rotate_key", "revoke_key"):
        address = reverse(f"portal:{name}", args=[row.server.server_id, foreign.pk])
        assert as_role(Role.OWNER).post(address, {"overlap": "now"}).status_code == 404
    foreign.refresh_from_db()
    assert foreign.revoked_at is None and foreign.expires_at is None
    assert ApiKey.objects.filter(server=row.server).count() == 1
