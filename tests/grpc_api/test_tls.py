"""Real handshakes with the game's door: who gets in, and that certificates change without a call
ending."""

from __future__ import annotations

import asyncio
import os
import stat
import threading
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from types import SimpleNamespace

import grpc
import pytest
from cryptography import x509
from django.core.management import CommandError, call_command

from aiworld.checks import certificates_are_whole
from aiworld.devstack import probes
from grpc_api.client import Trust
from grpc_api.client import channel as opened
from grpc_api.pb.aiworld.v1 import dialogue_pb2_grpc, server_pb2, server_pb2_grpc
from grpc_api.server import build, listen
from grpc_api.tls import authority
from grpc_api.tls.credentials import Paths, server_credentials
from grpc_api.tls.files import Folder
from tenants.models import HandshakeAttempt
from tests.grpc_api.calls import KEY, refused, request, until

AWAY = grpc.StatusCode.UNAVAILABLE


@pytest.fixture
def folder(tmp_path):
    folder = Folder(tmp_path / "tls")
    folder.keep_authority(authority.make_authority(days=30))
    folder.keep("server", issued(folder))
    return folder


def issued(folder):
    return authority.issue_server(folder.authority(), ["localhost", "127.0.0.1"], days=10)


def client(folder, *server_ids, name="client"):
    """What a map-server of these game servers shows."""
    made = authority.issue_client(folder.authority(), server_ids, days=10)
    return Trust(folder.bundle, *folder.keep(name, made))


@contextmanager
def door(folder, *, mutual=False):
    """The real server, with TLS; yields its port."""
    trusted = folder.bundle if mutual else None
    paths = Paths(folder.path / "server.pem", folder.path / "server.key", trusted)
    started, state = threading.Event(), SimpleNamespace()

    async def run():
        server, _ = build()
        state.port = server.add_secure_port("127.0.0.1:0", server_credentials(paths))
        state.loop, state.stop = asyncio.get_running_loop(), asyncio.Event()
        await server.start()
        started.set()
        await state.stop.wait()
        await server.stop(1)

    thread = threading.Thread(target=asyncio.run, args=(run(),), daemon=True)
    thread.start()
    assert started.wait(120)
    try:
        yield state.port
    finally:
        state.loop.call_soon_threadsafe(state.stop.set)
        thread.join(10)


def greet(port, trust, key):
    """A Handshake over a connection of its own."""
    with opened(f"127.0.0.1:{port}", trust) as over:
        asked = server_pb2.HandshakeRequest(protocol_version=1, client="a test")
        stub = server_pb2_grpc.ServerStub(over)
        return stub.Handshake(asked, metadata=(("x-api-key", key),), timeout=60)


@pytest.fixture
def mutual(settings, folder):
    settings.GRPC_TLS_CLIENT_CA = str(folder.bundle)
    with door(folder, mutual=True) as port:
        yield port


def test_a_call_over_tls_is_answered_and_one_without_is_not(folder, server, api_key, npc, player):
    with door(folder) as port:
        assert greet(port, Trust(folder.bundle), api_key).server_id == server.server_id
        with opened(f"127.0.0.1:{port}", Trust(folder.bundle)) as over:
            stub = dialogue_pb2_grpc.DialogueStub(over)
            said = request("Where do you buy your iron?", player, npc=KEY)
            assert stub.Talk(said, metadata=(("x-api-key", api_key),), timeout=60).text
        assert refused(lambda: greet(port, None, api_key)).code() == AWAY


def test_whoever_trusts_another_authority_does_not_connect(folder, tmp_path, api_key, server):
    other = Folder(tmp_path / "other")
    other.keep_authority(authority.make_authority(days=30))
    with door(folder) as port:
        assert refused(lambda: greet(port, Trust(other.bundle), api_key)).code() == AWAY


def test_in_mutual_tls_a_certificate_goes_with_its_own_servers_key_only(
    mutual, folder, server, other_server, api_key, other_key
):
    own = client(folder, server.server_id)
    assert greet(mutual, own, api_key).server_id == server.server_id
    error = refused(lambda: greet(mutual, own, other_key))
    assert error.code() == grpc.StatusCode.PERMISSION_DENIED
    until(lambda: HandshakeAttempt.objects.filter(server=other_server).exists(), 30)
    attempt = HandshakeAttempt.objects.get(server=other_server)
    assert attempt.outcome == "wrong_server_id" and server.server_id in attempt.detail
    both = client(folder, server.server_id, other_server.server_id)
    assert greet(mutual, both, other_key).server_id == other_server.server_id


def test_the_servers_own_certificate_is_no_map_servers(mutual, folder, api_key, server):
    shown = Trust(folder.bundle, folder.path / "server.pem", folder.path / "server.key")
    code = refused(lambda: greet(mutual, shown, api_key)).code()
    assert code in (AWAY, grpc.StatusCode.PERMISSION_DENIED)


def test_without_a_certificate_of_the_authority_nobody_connects(
    mutual, folder, tmp_path, server, api_key, monkeypatch
):
    stranger = Folder(tmp_path / "stranger")
    stranger.keep_authority(authority.make_authority(days=30))
    foreign = client(stranger, server.server_id)
    monkeypatch.setattr(authority, "SKEW", timedelta(days=3))
    ended = authority.issue_client(folder.authority(), [server.server_id], days=-1)
    for trust in (
        Trust(folder.bundle),
        Trust(folder.bundle, foreign.certificate, foreign.key),
        Trust(folder.bundle, *folder.keep("ended", ended)),
    ):
        assert refused(lambda trust=trust: greet(mutual, trust, api_key)).code() == AWAY


def serial(port):
    """Of the certificate that a new connection is shown."""
    until(lambda: probes.shown("127.0.0.1", port), 30)
    return x509.load_der_x509_certificate(probes.shown("127.0.0.1", port)).serial_number


def test_a_new_certificate_counts_for_the_next_connection_and_ends_no_call(
    folder, api_key, server, caplog
):
    with door(folder) as port, opened(f"127.0.0.1:{port}", Trust(folder.bundle)) as old:
        stub = server_pb2_grpc.ServerStub(old)
        asked = server_pb2.HandshakeRequest(protocol_version=1)
        metadata = (("x-api-key", api_key),)
        assert stub.Handshake(asked, metadata=metadata, timeout=60).server_id
        first = serial(port)
        new = issued(folder)
        half = folder.path / "server.pem"
        half.write_bytes(new.certificate_pem)  # the key is still the old one's
        assert serial(port) == first
        folder.keep("server", new)
        assert serial(port) == new.certificate.serial_number != first
        assert stub.Handshake(asked, metadata=metadata, timeout=60).server_id
        assert greet(port, Trust(folder.bundle), api_key).server_id
    assert "the old certificate goes on" in caplog.text


def test_while_the_authority_changes_both_are_trusted(mutual, folder, server, api_key):
    before = client(folder, server.server_id, name="before")
    kept = folder.path / "before-ca.pem"
    kept.write_bytes(folder.bundle.read_bytes())
    run("authority", "--renew", folder=folder)
    after = client(folder, server.server_id, name="after")
    for trust in (before, after, Trust(kept, before.certificate, before.key)):
        assert greet(mutual, trust, api_key).server_id == server.server_id
    folder.keep("server", issued(folder))  # of the new one: who has the new bundle knows both
    assert greet(mutual, before, api_key).server_id == server.server_id
    run("authority", "--retire", folder=folder)
    assert refused(lambda: greet(mutual, before, api_key)).code() == AWAY
    assert greet(mutual, after, api_key).server_id == server.server_id


def run(*arguments, folder):
    said = StringIO()
    call_command("certificates", "--folder", str(folder.path), *arguments, stdout=said)
    return said.getvalue()


def test_the_command_makes_what_the_server_and_a_map_server_need(tmp_path):
    folder = Folder(tmp_path / "made")
    assert "ca.key signs" in run("authority", folder=folder)
    with pytest.raises(CommandError, match="--renew"):
        run("authority", folder=folder)
    said = run("server", "npc.example.org", "192.0.2.7", "::1", folder=folder)
    assert f"GRPC_TLS_CERT={folder.path}/server.pem" in said and "npc.example.org" in said
    said = run("client", "server-0123456789abcdef", folder=folder)
    assert "ai_sidecar_tls_client_key: " in said
    shown = run("show", str(folder.path / "clients" / "server-0123456789abcdef.pem"), folder=folder)
    assert "aiworld://server-0123456789abcdef" in shown and "364 days" in shown
    made = x509.load_pem_x509_certificate((folder.path / "server.pem").read_bytes())
    assert made.public_key().curve.name == "secp256r1"
    for path in folder.path.rglob("*.key"):
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o600


@pytest.mark.parametrize(
    ("kind", "name"), [("server", "no name"), ("server", ""), ("client", "server-1")]
)
def test_the_command_refuses_names_that_are_none(folder, kind, name):
    with pytest.raises(CommandError):
        run(kind, name, folder=folder)


def test_nothing_is_signed_that_would_never_count(folder, tmp_path):
    with pytest.raises(CommandError, match="would never count"):
        run("server", "npc.example.org", "--days", "0", folder=folder)
    old = Folder(tmp_path / "old")
    run("authority", "--days", "1", folder=old)  # less than a day is left by now
    with pytest.raises(CommandError, match="--renew"):
        run("server", "npc.example.org", folder=old)
    run("authority", "--renew", folder=old)
    assert "npc.example.org" in run("server", "npc.example.org", folder=old)


def test_files_that_do_not_go_together_are_named_at_the_start(folder, settings):
    settings.GRPC_TLS_CERT = str(folder.path / "server.pem")
    settings.GRPC_TLS_KEY = str(folder.key)

    async def start():
        listen(build()[0], "127.0.0.1:0")

    with pytest.raises(SystemExit, match="does not belong"):
        asyncio.run(start())


def test_settings_of_tls_are_whole_or_not_there(settings):
    assert certificates_are_whole() == []
    settings.GRPC_TLS_CERT = "server.pem"
    assert [each.id for each in certificates_are_whole()] == ["aiworld.E004"]
    settings.GRPC_TLS_CERT, settings.GRPC_TLS_CLIENT_CA = "", "ca.pem"
    assert [each.id for each in certificates_are_whole()] == ["aiworld.E005"]
