"""The inference process over TCP: nobody is heard without the token, and elsewhere than on this
machine nobody without TLS."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import replace

import pytest

from aiworld.devstack import probes
from aiworld.errors import Invalid, Unavailable
from inference import checks, wire
from inference.backends.remote import RemoteBackend
from inference.credentials import Credentials
from inference.sockets import connect, listening
from tests.inference.certificates import certificate
from tests.inference.serving import serving

TOKEN = "a token that nobody can guess"
PLAIN = Credentials(token=TOKEN)


@pytest.fixture(scope="module")
def tls(tmp_path_factory):
    made = certificate(tmp_path_factory.mktemp("tls"))
    return Credentials(
        token=TOKEN, certificate=made.certificate, key=made.key, authority=made.certificate
    )


@pytest.fixture(params=["tcp", "tls"])
def place(request, engine, tls):
    """Address and credentials of a server that answers."""
    host = {"tcp": "127.0.0.1", "tls": "localhost"}[request.param]
    known = {"tcp": PLAIN, "tls": tls}[request.param]
    with serving(engine, f"{request.param}://{host}:0", known) as address:
        yield address, known


def embed(address, credentials):
    backend = RemoteBackend(address, credentials=credentials)
    return asyncio.run(backend.embed(["hello"], deadline=20.0, priority="interactive"))


def test_who_has_the_token_is_answered(place):
    address, known = place
    assert len(embed(address, known)[0]) == 384
    assert probes.infers(address, TOKEN, known.authority)


def test_who_has_another_token_is_turned_away_and_told(place):
    address, known = place
    stranger = replace(known, token="another token that is long")
    with pytest.raises(Unavailable, match="does not know this token"):
        embed(address, stranger)
    assert not probes.infers(address, "", known.authority)
    assert len(embed(address, known)) == 1


def test_nobody_is_heard_before_the_token(place):
    address, known = place

    async def trial(frame):
        reader, writer = await bare(address, known)
        writer.write(frame)
        said = await wire.read(reader)
        rest = await reader.read()
        writer.close()
        return said, rest

    for frame in (
        wire.encode({"id": 1, "op": "health"}),
        wire.encode({"op": "hello", "token": 5}),
        wire.encode({"op": "hello", "token": "x" * 5000}),
        b"GET / HTTP/1.1\r\n\r\n",
    ):
        said, rest = asyncio.run(trial(frame))
        assert (said["ok"], said["id"], rest) == (False, None, b"")


async def bare(address, known):
    host, port = address.split("//")[1].split(":")
    context = known.of_client() if address.startswith("tls") else None
    return await asyncio.open_connection(host, int(port), ssl=context)


def test_a_certificate_that_nobody_vouches_for_is_not_believed(engine, tls):
    with serving(engine, "tls://localhost:0", tls) as address:
        with pytest.raises(Unavailable, match="no certificate that is trusted"):
            embed(address, replace(tls, authority=""))
        with pytest.raises(ssl.SSLError):
            asyncio.run(connect(address.replace("localhost", "127.0.0.1"), tls))


@pytest.mark.parametrize(
    ("address", "token", "why"),
    [
        ("tcp://127.0.0.1:5", "", "INFERENCE_TOKEN"),
        ("tcp://127.0.0.1:5", "short", "INFERENCE_TOKEN"),
        ("tls://gpu.example.org:5", "", "INFERENCE_TOKEN"),
        ("tcp://0.0.0.0:5", TOKEN, "use tls"),
        ("tcp://gpu.example.org:5", TOKEN, "use tls"),
        ("tcp://localhost", TOKEN, "form"),
    ],
)
def test_an_address_that_others_could_listen_to_is_refused(address, token, why, settings):
    known = Credentials(token=token)
    with pytest.raises(Invalid, match=why), listening(address, known):
        pass
    with pytest.raises(Unavailable, match=why):
        asyncio.run(connect(address, known))
    if why != "form":
        settings.INFERENCE_SOCKET, settings.INFERENCE_TOKEN = address, token
        assert [found.id for found in checks.addresses_are_guarded()] == ["inference.E005"]


def test_a_server_over_tcp_does_not_begin_without_a_token_or_a_certificate(engine):
    with pytest.raises(Invalid, match="INFERENCE_TLS_CERT"):
        PLAIN.of_server()
    with (
        pytest.raises(Invalid, match="INFERENCE_TOKEN"),
        serving(engine, "tcp://127.0.0.1:0", Credentials(token="")),
    ):
        pass
