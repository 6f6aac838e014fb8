"""A revoked certificate: real connections, refused and ended."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import grpc
import pytest
from cryptography import x509
from django.core.management import CommandError

from aiworld.checks import certificates_are_whole
from aiworld.errors import Invalid, Refused
from grpc_api import diagnosis
from grpc_api.client import Trust
from grpc_api.client import channel as opened
from grpc_api.pb.aiworld.v1 import server_pb2, server_pb2_grpc, world_pb2, world_pb2_grpc
from grpc_api.server import listen
from grpc_api.tls import authority, revocation
from grpc_api.tls.files import Folder
from grpc_api.tls.revocation import Watch, identity_of, read_list, write_list
from tenants.models import HandshakeAttempt
from tests.grpc_api.calls import refused, until
from tests.grpc_api.test_tls import door, greet, run

DENIED = grpc.StatusCode.PERMISSION_DENIED


@pytest.fixture
def folder(tmp_path, settings, monkeypatch):
    folder = Folder(tmp_path / "tls")
    run("authority", folder=folder)
    run("server", "localhost", "127.0.0.1", folder=folder)
    settings.GRPC_TLS_CERT = str(folder.path / "server.pem")
    settings.GRPC_TLS_KEY = str(folder.path / "server.key")
    settings.GRPC_TLS_CLIENT_CA = str(folder.bundle)
    settings.GRPC_TLS_CRL = str(folder.revocations)
    monkeypatch.setattr(revocation, "watch", Watch())
    return folder


def client(folder, server):
    run("client", server.server_id, folder=folder)
    kept = folder.path / "clients" / server.server_id
    return Trust(folder.bundle, kept.with_suffix(".pem"), kept.with_suffix(".key"))


def kept_apart(trust, tmp_path, name):
    """What the thief carried away, before another is issued in its place."""
    paths = [tmp_path / f"{name}.pem", tmp_path / f"{name}.key"]
    for path, of in zip(paths, (trust.certificate, trust.key), strict=True):
        path.write_bytes(Path(of).read_bytes())
    return Trust(trust.ca, *paths)


def denied(port, trust, key):
    try:
        greet(port, trust, key)
    except grpc.RpcError as error:
        assert error.code() == DENIED and error.details() == revocation.REVOKED
        return True
    time.sleep(0.5)  # handshakes are counted
    return False


def test_a_revoked_certificate_is_refused_and_what_goes_on_with_it_ends(
    committed, folder, tmp_path, server, other_server, api_key, other_key
):
    stolen = kept_apart(client(folder, server), tmp_path, "stolen")
    other = client(folder, other_server)
    metadata = (("x-api-key", api_key),)
    with door(folder, mutual=True) as port, opened(f"127.0.0.1:{port}", stolen) as over:
        stub = server_pb2_grpc.ServerStub(over)
        asked = server_pb2.HandshakeRequest(protocol_version=1)
        assert stub.Handshake(asked, metadata=metadata, timeout=60).server_id
        stream = world_pb2_grpc.WorldStub(over).StreamWorldEvents(
            world_pb2.StreamWorldEventsRequest(heartbeat_seconds=1), metadata=metadata, timeout=100
        )
        next(iter(stream))
        said = run("revoke", server.server_id, folder=folder)
        assert server.server_id in said and "GRPC_TLS_CRL" in said
        until(lambda: denied(port, stolen, api_key), 60)  # a new connection
        error = refused(lambda: stub.Handshake(asked, metadata=metadata, timeout=60))
        assert error.code() == DENIED, "on the one that was open"
        assert refused(lambda: [*stream]).code() == DENIED, (
            "a stream that has 100 s to go, and ends"
        )
        assert greet(port, other, other_key).server_id == other_server.server_id
        new = client(folder, server)
        assert greet(port, new, api_key).server_id == server.server_id
        until(lambda: HandshakeAttempt.objects.filter(outcome="key_revoked").exists(), 60)
        assert HandshakeAttempt.objects.filter(outcome="key_revoked")[0].server == server


def test_a_connection_ends_when_it_is_old_and_no_call_with_it(folder, server, api_key, settings):
    settings.GRPC_MAX_CONNECTION_AGE, settings.GRPC_MAX_CONNECTION_AGE_GRACE = 1, 1
    trust, metadata = client(folder, server), (("x-api-key", api_key),)
    peers = set()
    with door(folder, mutual=True) as port, opened(f"127.0.0.1:{port}", trust) as over:
        states = []
        over.subscribe(states.append)
        stub = server_pb2_grpc.ServerStub(over)
        ends_at = time.monotonic() + 60
        while states.count(grpc.ChannelConnectivity.READY) < 3:
            asked = server_pb2.HandshakeRequest(protocol_version=1)
            peers.add(stub.Handshake(asked, metadata=metadata, timeout=60).server_id)
            assert time.monotonic() < ends_at, states
            time.sleep(0.2)  # so often a minute and no more
        assert peers == {server.server_id}
        run("revoke", server.server_id, folder=folder)
        run("authority", "--renew", folder=folder)
        run("authority", "--retire", folder=folder)

        def away():
            try:
                stub.Handshake(asked, metadata=metadata, timeout=60)
            except grpc.RpcError as error:
                return error.code() == grpc.StatusCode.UNAVAILABLE
            time.sleep(0.2)
            return False

        until(away, 60)  # an old connection would have gone on, whoever signed its certificate


def test_the_list_outlives_the_authority_that_signed_it(folder, server):
    client(folder, server)
    run("revoke", server.server_id, folder=folder)
    [first] = read_list(folder.revocations, folder.bundle).revoked
    run("authority", "--renew", folder=folder)
    client(folder, server)
    run("revoke", server.server_id, folder=folder)
    both = read_list(folder.revocations, folder.bundle).revoked
    assert first in both and len({issuer for issuer, _ in both}) == 2
    run("authority", "--retire", folder=folder)
    assert read_list(folder.revocations, folder.bundle).revoked.keys() == both.keys()


def test_list_says_what_is_good_and_what_is_not(folder, server, other_server):
    client(folder, server), client(folder, other_server)
    run("revoke", server.server_id, folder=folder)
    run("revoke", "AB:CD:EF", folder=folder)
    first, *lines, last = run("list", folder=folder).splitlines()
    assert first.startswith("authority") and "abcdef, of" in last
    state = {line.rpartition(" ")[2]: line.split()[:2] for line in lines}
    own, others = (f"aiworld://{one.server_id}" for one in (server, other_server))
    assert len(lines) == 3 and state[own][0] == "REVOKED" and state["127.0.0.1"][0] == "good"
    good, serial = state[others]
    assert good == "good"
    assert other_server.server_id in run("revoke", serial, folder=folder)
    run("revoke", str(folder.path / "server.pem"), folder=folder)
    assert "good" not in run("list", folder=folder)
    for wrong in ("server-0123456789abcdef", "nobody", "0"):
        with pytest.raises(CommandError):
            run("revoke", wrong, folder=folder)


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


def shown(certificate):
    pem = certificate.public_bytes(revocation.serialization.Encoding.PEM)
    return SimpleNamespace(auth_context=lambda: {revocation.SHOWN: (pem,)})


def test_a_list_that_is_none_leaves_the_last_one_in_force(folder, server, tmp_path, caplog):
    clock = Clock()
    watch = Watch(clock)
    made = authority.issue_client(folder.authority(), [server.server_id], days=1).certificate
    watch.check(shown(made))
    folder.keep_revocations(write_list({identity_of(made): datetime.now(UTC)}, folder.authority()))
    watch.check(shown(made))  # within the second
    for broken in (None, b"", b"nonsense", write_list({}, authority.make_authority(days=1))):
        clock.now += 2
        with pytest.raises(Refused, match="revoked"):
            watch.check(shown(made))
        if broken is None:
            folder.revocations.unlink()
        else:
            folder.revocations.write_bytes(broken)
    clock.now += 2
    with pytest.raises(Refused):
        watch.check(shown(made))
    assert "signed by no authority" in caplog.text and "cannot be read" in caplog.text
    folder.keep_revocations(write_list({}, folder.authority()))
    clock.now += 2
    watch.check(shown(made))


def test_before_there_was_a_list_nobody_is_let_in(folder, server):
    folder.revocations.unlink()
    made = authority.issue_client(folder.authority(), [server.server_id], days=1).certificate
    with pytest.raises(Refused):
        Watch().check(shown(made))
    with pytest.raises(SystemExit, match=r"crl\.pem cannot be read"):
        listen(None, "127.0.0.1:0")


def test_the_serial_of_another_issuer_is_another_certificate(folder, server):
    made = authority.issue_client(folder.authority(), [server.server_id], days=1).certificate
    elsewhere = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Elsewhere")])
    entry = {(elsewhere, made.serial_number): datetime.now(UTC)}
    folder.keep_revocations(write_list(entry, folder.authority()))
    Watch().check(shown(made))


def test_doctor_says_how_many_and_what_is_wrong_with_the_list(folder, server, monkeypatch):
    def said():
        [found] = [f for f in diagnosis.find({}) if f.check == "revoked certificates"]
        return found

    client(folder, server)
    run("revoke", server.server_id, folder=folder)
    assert said().state == "ok" and said().seen.startswith("1 in ")
    monkeypatch.setattr(
        diagnosis,
        "datetime",
        SimpleNamespace(now=lambda zone: datetime.now(zone) + timedelta(days=9999)),
    )
    assert "out of date" in said().outcome
    folder.revocations.write_bytes(b"x")
    assert said().state == "failing"


def test_a_list_needs_an_authority(settings):
    settings.GRPC_TLS_CRL = "crl.pem"
    assert [each.id for each in certificates_are_whole()] == ["aiworld.E008"]
    with pytest.raises(Invalid):
        read_list(Path("/nowhere/crl.pem"), Path("/nowhere/ca.pem"))
