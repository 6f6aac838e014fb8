"""What the owner is told about the map-server."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tenants.connecting import ADVICE, State, connection_of
from tenants.models import HandshakeAttempt, Server


def failed(server, outcome, *, ago=timedelta(minutes=1), **fields):
    return HandshakeAttempt.objects.create(
        server=server, outcome=outcome, at=timezone.now() - ago, **fields
    )


def connected(server, *, ago=timedelta(0)):
    Server.objects.filter(pk=server.pk).update(last_handshake_at=timezone.now() - ago)
    server.refresh_from_db()


@pytest.fixture
def server(server):
    server.last_handshake_at = None
    server.save()
    yield server
    HandshakeAttempt.objects.all().delete()
    Server.objects.filter(pk=server.pk).update(last_handshake_at=None)


@pytest.fixture
def panel(server, as_role):
    address = reverse("portal:connecting", args=[server.server_id])
    return lambda role="owner": as_role(role).get(address).text


def test_nothing_seen_yet_says_where_to_look(panel, settings):
    settings.GRPC_PUBLIC_ENDPOINT = "npc.example.org:50061"
    text = panel()
    assert 'data-state="silent"' in text
    for words in ("npc.example.org:50061", "/dev/tcp/npc.example.org/50061", "firewall"):
        assert words in text


def test_the_address_is_the_pages_own_unless_one_is_set(panel, settings):
    settings.GRPC_PUBLIC_ENDPOINT, settings.GRPC_PORT = "", 50077
    assert "testserver:50077" in panel()


def test_the_first_handshake_turns_it_green(panel, server):
    connected(server)
    text = panel()
    assert 'data-state="connected"' in text and "firewall" not in text


@pytest.mark.parametrize("outcome", sorted(set(HandshakeAttempt.Outcome) - {"accepted"}))
def test_every_way_to_fail_is_told_with_what_to_do(panel, server, outcome):
    failed(server, outcome, detail="said <b>this</b>", address="192.0.2.9", count=3)
    text = panel()
    title, advice = ADVICE[outcome]
    assert ('data-state="trouble"' in text) == (outcome != "wrong_clock")
    for words in (title, advice, "192.0.2.9", "3 times", "said &lt;b&gt;this"):
        assert str(words).replace("'", "&#x27;") in text


def test_what_failed_before_the_last_handshake_is_over(server):
    failed(server, "wrong_key")
    connected(server)
    assert connection_of(server).state is State.CONNECTED


def test_what_fails_after_a_handshake_is_told(server):
    connected(server, ago=timedelta(hours=1))
    failed(server, "key_revoked")
    now = connection_of(server)
    assert (now.state, len(now.problems)) == (State.TROUBLE, 1)


@pytest.mark.parametrize(
    ("address", "state"), [("192.0.2.9", State.CONNECTED), ("192.0.2.1", State.TROUBLE)]
)
def test_a_strangers_wrong_key_is_told_and_leaves_it_connected(server, address, state):
    failed(server, "accepted", address="192.0.2.1")
    connected(server, ago=timedelta(minutes=2))
    failed(server, "wrong_key", address=address)
    now = connection_of(server)
    assert (now.state, len(now.problems)) == (state, 1)


def test_with_a_wrong_clock_it_is_connected_and_told_so(panel, server):
    connected(server, ago=timedelta(minutes=2))
    failed(server, "wrong_clock")
    text = panel()
    assert 'data-state="connected"' in text and "timedatectl" in text


def test_the_latest_comes_first_and_last_weeks_is_forgotten(server):
    failed(server, "wrong_key", ago=timedelta(hours=2))
    failed(server, "wrong_clock")
    failed(server, "wrong_protocol", ago=timedelta(days=8))
    outcomes = [problem.attempt.outcome for problem in connection_of(server).problems]
    assert outcomes == ["wrong_clock", "wrong_key"]


def test_another_servers_attempts_are_not_told(server, other_server):
    failed(other_server, "wrong_key")
    assert connection_of(server).state is State.SILENT


def test_the_panel_is_for_members(server, as_stranger, panel):
    assert as_stranger.get(reverse("portal:connecting", args=[server.server_id])).status_code == 404
    assert "first-key" not in panel("viewer")
