"""An owner's address is connected to as it was judged, and nowhere else."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import subprocess
import threading

import pytest

from aiworld import egress
from aiworld.breaker import NotAsked
from aiworld.errors import DeadlineExceeded, Unavailable
from inference import client
from inference.client import Own
from inference.generation import Ask
from inference.providers import endpoint, make, pinned, provider
from inference.providers.owners import Owners
from tests.llm_endpoint import LLMEndpoint, answer, drip, status

MESSAGES = [{"role": "user", "content": "Hello"}]


@pytest.fixture
def llm(settings):
    """A language model in the operator's own network."""
    with LLMEndpoint() as at:
        settings.LLM_ALLOWED_PRIVATE_HOSTS = [at.base_url.split("/")[2]]
        yield at


def own(base_url, **fields):
    given = {"owner": "server-1", "model": "small", "api_key": "sk-owner"}
    return Own(base_url=base_url, **given | fields)


def ask(mine, **fields):
    return asyncio.run(client.generate(MESSAGES, task="dialogue", own=mine, **fields))


class Server(threading.Thread):
    """Answers every connection with the same bytes, over TLS if there is a certificate."""

    def __init__(self, reply, *, tls=None):
        super().__init__(daemon=True)
        self.reply, self.tls, self.seen = reply, tls, []
        self.ready, self.port = threading.Event(), 0
        self.names = []
        if tls:
            tls.sni_callback = lambda sock, name, context: self.names.append(name)

    def run(self):
        with contextlib.suppress(RuntimeError):
            asyncio.run(self._serve())

    async def _serve(self):
        self.loop, self.stopped = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._answer, "127.0.0.1", 0, ssl=self.tls)
        self.port = server.sockets[0].getsockname()[1]
        self.ready.set()
        async with server:
            await self.stopped.wait()

    async def _answer(self, reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        self.seen.append(head.decode())
        with contextlib.suppress(ConnectionError, asyncio.TimeoutError):
            for piece in self.reply:
                writer.write(piece)
                await writer.drain()
            writer.close()
            await writer.wait_closed()

    def __enter__(self):
        self.start()
        assert self.ready.wait(10)
        return self

    def __exit__(self, *error):
        self.loop.call_soon_threadsafe(self.stopped.set)
        self.join(5)


class TestAsked:
    def test_the_owners_model_answers_with_the_owners_key(self, llm):
        found = ask(own(llm.base_url))
        assert found.text == "Welcome, traveller."
        [request] = llm.requests
        assert request.headers["authorization"] == "Bearer sk-owner"
        assert request.body["model"] == "small"
        assert request.headers["host"] == llm.base_url.split("/")[2]
        assert request.headers["accept-encoding"] == "identity"

    def test_the_platforms_is_not_asked_in_its_place(self, llm, settings):
        settings.DEEPSEEK_API_BASE = llm.base_url
        with pytest.raises(Unavailable):
            ask(own("https://localhost/v1"))
        assert llm.requests == []

    def test_in_pieces_too(self, llm):
        async def pieces():
            found = client.stream(MESSAGES, task="dialogue", own=own(llm.base_url))
            return [piece async for piece in found]

        assert "".join(asyncio.run(pieces())) == "Welcome, traveller."

    def test_the_total_deadline_counts(self, llm):
        llm.script(drip(5))
        with pytest.raises(DeadlineExceeded):
            ask(own(llm.base_url), deadline=0.3)

    def test_the_name_in_the_ledger_is_the_owners(self):
        assert client.llm_name(own("https://api.example.com/v1")) == ("api.example.com", "small")

    def test_the_key_is_in_no_representation(self, llm):
        mine = own(llm.base_url)
        assert "sk-owner" not in repr(mine) + repr(endpoint(mine))


class TestBlocked:
    @pytest.mark.parametrize("url", ["http://127.0.0.1:1/v1", "https://10.0.0.1/v1"])
    def test_what_is_not_allowed_any_more_is_not_asked(self, url):
        with pytest.raises(Unavailable) as caught:
            ask(own(url))
        assert not isinstance(caught.value, NotAsked)

    def test_a_redirect_is_not_followed(self, llm):
        with Server([b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"]) as inside:
            llm.script(redirect(f"http://127.0.0.1:{inside.port}/"))
            with pytest.raises(Unavailable):
                ask(own(llm.base_url))
            assert inside.seen == []

    def test_a_proxy_of_the_environment_is_not_used(self, llm, monkeypatch):
        with Server([b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"]) as proxy:
            for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
                monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
            assert ask(own(llm.base_url)).text == "Welcome, traveller."
            assert proxy.seen == []

    @pytest.mark.parametrize(
        "head, words",
        [
            (b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", "more than 1024 KB"),
            (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n", "compressed"),
        ],
    )
    def test_an_answer_without_end_is_cut(self, settings, head, words):
        with Server([head, *[b"x" * 65_536] * 64]) as flood:
            place = f"127.0.0.1:{flood.port}"
            settings.LLM_ALLOWED_PRIVATE_HOSTS = [place]
            with pytest.raises(Unavailable, match=words):
                ask(own(f"http://{place}/v1"))


def redirect(location):
    async def behave(exchange):
        await exchange.head(302, Location=location)

    return behave


def certificate(folder, name):
    key, cert = folder / "key.pem", folder / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-days", "1", "-keyout", key, "-out", cert, "-subj", f"/CN={name}",
         "-addext", f"subjectAltName=DNS:{name}"],
        check=True, capture_output=True,
    )  # fmt: skip
    return key, cert


class TestRebinding:
    """A name that leads to a public address when it is judged, and inside a moment later."""

    target = egress.target("https://llm.example.com:8443/v1")

    def resolver(self, *answers):
        asked = []

        async def look_up(host, port):
            asked.append((host, port))
            return answers[min(len(asked), len(answers)) - 1]

        look_up.asked = asked
        return look_up

    def request(self, transport, url="https://llm.example.com:8443/v1/models", times=1):
        async def run():
            async with pinned.httpx2.AsyncClient(transport=transport, trust_env=False) as http:
                return [await http.get(url) for _ in range(times)]

        return asyncio.run(run())

    def test_the_second_answer_is_not_asked_for(self, monkeypatch):
        connected = []

        async def pretend(self, request):
            connected.append((request.url.host, request.headers["host"], request.extensions))
            return pinned.httpx2.Response(200, content=b"{}", request=request)

        monkeypatch.setattr(pinned.httpx2.AsyncHTTPTransport, "handle_async_request", pretend)
        look_up = self.resolver(["8.8.8.8"], ["127.0.0.1"])
        self.request(pinned.PinnedTransport(self.target, lookup=look_up), times=3)
        assert look_up.asked == [("llm.example.com", 8443)]
        assert {host for host, _, _ in connected} == {"8.8.8.8"}
        for _, header, extensions in connected:
            assert header == "llm.example.com:8443"
            assert extensions["sni_hostname"] == "llm.example.com"

    def test_when_it_is_looked_up_again_it_is_judged_again(self, monkeypatch):
        async def pretend(self, request):
            return pinned.httpx2.Response(200, content=b"{}", request=request)

        monkeypatch.setattr(pinned.httpx2.AsyncHTTPTransport, "handle_async_request", pretend)
        monkeypatch.setattr(pinned, "PINNED", 0.0)
        look_up = self.resolver(["8.8.8.8"], ["127.0.0.1"])
        with pytest.raises(pinned.Blocked, match="public"):
            self.request(pinned.PinnedTransport(self.target, lookup=look_up), times=2)

    @pytest.mark.parametrize("address", ["127.0.0.1", "169.254.169.254", "::ffff:10.0.0.1"])
    def test_a_name_that_leads_inside_opens_no_connection(self, address):
        with Server([b""]) as inside:
            target = egress.target(f"https://llm.example.com:{inside.port}/v1")
            transport = pinned.PinnedTransport(target, lookup=self.resolver([address]))
            with pytest.raises(pinned.Blocked, match="public"):
                self.request(transport, f"https://llm.example.com:{inside.port}/v1")
            assert inside.seen == []

    def test_it_is_asked_for_nothing_but_its_own_host(self):
        transport = pinned.PinnedTransport(self.target, lookup=self.resolver(["8.8.8.8"]))
        for url in ("https://other.example.com:8443/", "http://llm.example.com:8443/",
                    "https://llm.example.com/"):  # fmt: skip
            with pytest.raises(pinned.Blocked):
                self.request(transport, url)

    @pytest.mark.parametrize("name, fits", [("llm.internal", True), ("evil.example", False)])
    def test_the_certificate_has_to_be_the_names_though_the_address_is_asked(
        self, tmp_path, name, fits
    ):
        key, cert = certificate(tmp_path, name)
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(cert, key)
        trusting = ssl.create_default_context(cafile=str(cert))
        reply = [b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"]
        with Server(reply, tls=tls) as server:
            place = f"llm.internal:{server.port}"
            target = egress.target(f"https://{place}/v1", private_hosts=[place])
            transport = pinned.PinnedTransport(
                target, lookup=self.resolver(["127.0.0.1"]), verify=trusting
            )
            if fits:
                [found] = self.request(transport, f"https://{place}/v1")
                assert found.json() == {} and server.names == ["llm.internal"]
                assert f"host: {place}" in server.seen[0].lower()
            else:
                with pytest.raises(pinned.httpx2.ConnectError):
                    self.request(transport, f"https://{place}/v1")


class TestOwnersAreApart:
    def test_a_breaker_of_one_does_not_stop_the_other(self, llm):
        one, other = own(llm.base_url), own(llm.base_url, owner="server-2")
        llm.script(status(401), answer("Hello."))
        with pytest.raises(Unavailable):
            ask(one)
        with pytest.raises(NotAsked):
            ask(one)
        assert ask(other).text == "Hello."

    def test_new_settings_take_the_place_of_the_old(self, llm):
        before = provider(own(llm.base_url))
        assert provider(own(llm.base_url)) is before
        assert provider(own(llm.base_url, api_key="another")) is not before

    def test_what_is_kept_is_bounded_and_what_goes_is_closed(self):
        closed = []

        class Fake:
            def __init__(self, at):
                self.at = at

            def close(self):
                closed.append(self.at.owner)

        kept = Owners(Fake, most=3)
        for number in range(6):
            kept.provider(endpoint(own("https://a.example.com", owner=str(number))))
        assert (len(kept), closed) == (3, ["0", "1", "2"])

    def test_a_trial_leaves_nothing_behind(self, llm):
        llm.script(status(401), answer("Hello."))
        with pytest.raises(Unavailable):
            client.try_now(own(llm.base_url), MESSAGES, deadline=5)
        assert client.try_now(own(llm.base_url), MESSAGES, deadline=5).text == "Hello."

    def test_closing_ends_the_connections(self, llm):
        async def run():
            made = make(endpoint(own(llm.base_url)))
            await made.generate(Ask(messages=MESSAGES, task="dialogue"))
            before = len(asyncio.all_tasks())
            made.close()
            await asyncio.sleep(0.1)
            return before - len(asyncio.all_tasks())

        assert asyncio.run(run()) == 1
