"""What stands before every page: headers, limits, origins, languages."""

import asyncio
import re

import pytest
from channels.testing import WebsocketCommunicator
from django.test import Client

from aiworld.asgi import application, websocket
from aiworld.uploads import BodyLimit


def test_pages_switch_off_what_they_do_not_use(servers, committed):
    response = Client().get("/")
    assert "camera=()" in response["Permissions-Policy"]
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"


def ask(limit, *, headers=(), chunks=()):
    """What a request of these chunks is answered, and what of its body arrived."""
    sent, arrived = [], []

    async def inner(scope, receive, send):
        while True:
            message = await receive()
            arrived.append(message)
            if message["type"] == "http.disconnect" or not message.get("more_body"):
                return

    async def run():
        left = list(chunks)

        async def receive():
            return {"type": "http.request", "body": left.pop(0), "more_body": bool(left)}

        async def send(message):
            sent.append(message)

        await BodyLimit(inner, most=limit)({"headers": list(headers)}, receive, send)

    asyncio.run(run())
    return sent, arrived


def test_a_body_that_says_it_is_too_long_is_refused_unread():
    for length in (b"101", b"-1", b"1e9", b"many"):
        sent, arrived = ask(100, headers=[(b"content-length", length)], chunks=[b"x"])
        assert sent[0]["status"] == 413 and not arrived


def test_a_body_that_does_not_say_ends_when_it_is_too_long():
    _sent, arrived = ask(100, chunks=[b"x" * 60] * 50)
    assert [each["type"] for each in arrived] == ["http.request", "http.disconnect"]


def test_a_body_within_the_limit_arrives_whole():
    _sent, arrived = ask(100, headers=[(b"content-length", b"100")], chunks=[b"x" * 50] * 2)
    assert b"".join(each["body"] for each in arrived) == b"x" * 100


def test_the_limit_stands_before_django():
    assert isinstance(application.application_mapping["http"], BodyLimit)


@pytest.mark.parametrize("origin", [None, "https://evil.example", "http://localhost.evil.example"])
def test_a_websocket_of_another_site_is_refused(server, owner, signed_in, origin):
    cookie = signed_in(owner).cookies["sessionid"].value
    headers = [(b"host", b"localhost"), (b"cookie", f"sessionid={cookie}".encode())]
    headers += [(b"origin", origin.encode())] if origin else []

    async def connect():
        path = f"/ws/s/{server.server_id}/live/"
        there = WebsocketCommunicator(websocket, path, headers=headers)
        accepted, _code = await there.connect()
        await there.disconnect()
        return accepted

    assert asyncio.run(connect()) is False


def test_the_language_is_chosen_on_every_kind_of_page(server, owner, signed_in):
    client = signed_in(owner)
    for path in ("/servers/", f"{server.path}live/", f"{server.path}admin/"):
        page = client.get(path).text
        (action,) = set(re.findall(r'action="([^"]*/setlang/)"', page))
        assert '<html lang="en"' in page
        response = client.post(action, {"language": "es", "next": path})
        assert response["Location"] == path
        assert '<html lang="es" dir="ltr"' in client.get(path).text
        client.post(action, {"language": "en", "next": path})


def test_a_choice_of_language_leads_to_no_other_site(servers, committed):
    response = Client().post("/i18n/setlang/", {"language": "es", "next": "https://evil.example/"})
    assert response["Location"] == "/"


def test_the_session_is_another_after_signing_in(owner):
    client = Client()
    client.get("/account/login/")
    client.session["seen"] = 1
    fixed = client.session.session_key or "x" * 32
    client.cookies["sessionid"] = fixed
    client.post("/account/login/", {"login": "owner", "password": "correct horse battery"})
    assert client.cookies["sessionid"].value != fixed


def test_a_signed_out_session_opens_no_websocket(server, owner):
    client = Client()
    client.force_login(owner)
    cookie = client.cookies["sessionid"].value
    client.post("/account/logout/")
    headers = [
        (b"host", b"localhost"),
        (b"origin", b"http://localhost"),
        (b"cookie", f"sessionid={cookie}".encode()),
    ]

    async def code():
        path = f"/ws/s/{server.server_id}/live/"
        there = WebsocketCommunicator(websocket, path, headers=headers)
        await there.connect()
        return (await there.receive_output())["code"]

    assert asyncio.run(code()) == 4401
