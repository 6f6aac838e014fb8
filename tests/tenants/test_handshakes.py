"""What the owner is told about a map-server that knocks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tenants import api_keys, handshakes, live
from tenants.handshakes import Caller
from tenants.models import ApiKey, HandshakeAttempt

CALLER = Caller("192.0.2.9", "rathena-ai 1.0")


@pytest.fixture
def key(server):
    key = api_keys.issue(server, name="spare")
    yield key
    ApiKey.objects.filter(prefix=api_keys.prefix_of(key)).delete()


@pytest.fixture
def row(key):
    return ApiKey.objects.get(prefix=api_keys.prefix_of(key))


def told(server):
    return {row.outcome: row for row in HandshakeAttempt.objects.filter(server=server)}


def later(monkeypatch, seconds=handshakes.BETWEEN):
    now = handshakes.time.monotonic() + seconds
    monkeypatch.setattr(handshakes.time, "monotonic", lambda: now)


class TestAWrongKey:
    def test_with_the_prefix_of_a_servers_key(self, server, key):
        handshakes.wrong_key(key + "x", CALLER)
        [found] = told(server).values()
        assert (found.outcome, found.address, found.client) == ("wrong_key", *CALLER_FIELDS)
        assert "spare" in found.detail and key.split("-", 2)[2] not in found.detail

    def test_that_has_ended(self, server, key, row):
        row.expires_at = timezone.now() - timedelta(seconds=1)
        row.save()
        handshakes.wrong_key(key, CALLER)
        assert list(told(server)) == ["key_expired"]

    def test_that_was_revoked(self, server, key, row):
        row.revoked_at = timezone.now()
        row.save()
        handshakes.wrong_key(key, CALLER)
        assert list(told(server)) == ["key_revoked"]

    def test_that_was_revoked_and_whose_secret_is_guessed(self, server, key, row):
        row.revoked_at = timezone.now()
        row.save()
        handshakes.wrong_key(key + "x", CALLER)
        assert list(told(server)) == ["wrong_key"]

    def test_beside_the_id_of_a_server(self, server):
        handshakes.wrong_key("sk-0123456789ab-x", CALLER, claimed=server.server_id)
        assert told(server)["wrong_key"].detail == "sk-0123456789ab-…"

    def test_of_which_nothing_of_the_secret_is_kept(self, server):
        for wrong in ("hunter2", "sk-hunter2-x", "sk-0123456789ab-hunter2"):
            handshakes.forget_all()
            handshakes.wrong_key(wrong, CALLER, claimed=server.server_id)
            assert "hunter2" not in told(server)["wrong_key"].detail

    @pytest.mark.parametrize("claimed", ["", "server-0000000000000000", "server-x", "\0", "'; --"])
    def test_that_concerns_nobody(self, server, claimed):
        handshakes.wrong_key("sk-0123456789ab-x", CALLER, claimed=claimed)
        handshakes.wrong_key("\0", CALLER, claimed=claimed)
        assert not HandshakeAttempt.objects.exists()


CALLER_FIELDS = (CALLER.address, CALLER.client)


class TestAccepted:
    def test_it_is_the_servers_last_handshake(self, server):
        handshakes.accepted(server, CALLER, client_time=timezone.now() - timedelta(minutes=4))
        server.refresh_from_db()
        assert list(told(server)) == ["accepted"]
        assert server.last_handshake_at > timezone.now() - timedelta(seconds=30)

    @pytest.mark.parametrize("off, words", [(-7, "7 minutes behind"), (90, "minutes ahead")])
    def test_a_clock_that_is_wrong_is_told_beside_it(self, server, off, words):
        client_time = timezone.now() + timedelta(minutes=off)
        handshakes.accepted(server, CALLER, client_time=client_time)
        server.refresh_from_db()
        found = told(server)
        assert set(found) == {"accepted", "wrong_clock"}
        assert words in found["wrong_clock"].detail
        assert found["wrong_clock"].at > server.last_handshake_at  # or the panel would be green


def test_a_flood_is_one_write_and_is_counted_with_the_next(server, monkeypatch):
    handshakes.record(server, "wrong_key", CALLER)
    with CaptureQueriesContext(connection) as queries:
        for _ in range(500):
            handshakes.record(server, "wrong_key", CALLER)
    assert list(queries) == []
    later(monkeypatch)
    handshakes.record(server, "wrong_key", CALLER, detail="again")
    row = told(server)["wrong_key"]
    assert (row.count, row.detail) == (502, "again")


def test_outcomes_and_servers_do_not_wait_for_each_other(server, other_server):
    for each in (server, other_server):
        for outcome in ("wrong_key", "wrong_protocol"):
            handshakes.record(each, outcome, CALLER)
    assert HandshakeAttempt.objects.count() == 4


def test_long_texts_are_cut(server):
    handshakes.record(server, "wrong_key", Caller(None, "c" * 500), detail="d" * 500)
    row = told(server)["wrong_key"]
    assert (len(row.client), len(row.detail), row.address) == (80, 200, None)


def test_the_open_panel_is_told(server, monkeypatch):
    sent = []
    monkeypatch.setattr(live, "publish", lambda topic, payload: sent.append((topic, payload)))
    handshakes.record(server, "wrong_key", CALLER)
    handshakes.record(server, "wrong_key", CALLER)
    [(topic, payload)] = sent
    assert topic == "handshake" and payload["outcome"] == "wrong_key"
