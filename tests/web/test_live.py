"""The live view's data and its websocket, without a browser."""

import asyncio
import json

import pytest
from channels.layers import get_channel_layer
from channels.testing import WebsocketCommunicator
from django.conf import settings

from aiworld.asgi import application
from npcs import watching
from tenants import consumers
from tenants.context import in_tenant
from tests.web.rows import make_conversation

KEYS = {
    "conversation_id", "turn_id", "npc_key", "npc_name", "map", "char_id", "player_name",
    "player_text", "npc_text", "emotion", "trust", "trust_change", "source", "language",
    "latency_ms", "at", "request_id", "spoken_by", "flags",
}  # fmt: skip
ORIGIN = (b"origin", b"http://127.0.0.1")


def socket(server, client=None, *, origin=ORIGIN):
    headers = [(b"host", b"127.0.0.1"), origin]
    if client:
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        headers.append((b"cookie", f"{settings.SESSION_COOKIE_NAME}={session}".encode()))
    return WebsocketCommunicator(application, f"/ws{server.path}live/", headers=headers)


async def closing_code(watcher):
    await watcher.connect()
    message = await watcher.receive_output(2)
    assert message["type"] == "websocket.close"
    return message["code"]


def test_the_page_shows_the_latest_turns_oldest_first(server, npc, owner, signed_in):
    with in_tenant(server):
        make_conversation(npc, *((f"said {n}", f"answered {n}") for n in range(60)))
    page = signed_in(owner).get(f"{server.path}live/").text
    assert "said 9<" not in page and "said 10<" in page and "said 59<" in page
    assert page.index("said 10<") < page.index("said 59<")


def test_catching_up_has_no_gap_and_the_published_shape(server, npc, owner, signed_in):
    with in_tenant(server):
        talk = make_conversation(npc, *((f"said {n}", "yes") for n in range(350)))
        ids = list(talk.turns.values_list("pk", flat=True))
    client = signed_in(owner)
    turns = client.get(f"{server.path}live/turns?after={ids[199]}").json()["turns"]
    assert set(turns[0]) == KEYS
    found = [turn["turn_id"] for turn in turns]
    assert found == sorted(found) and set(ids[200:]) <= set(found)
    assert found[0] <= ids[199], "turns that committed late are told again"
    assert len(client.get(f"{server.path}live/turns").json()["turns"]) == watching.CATCH_UP


@pytest.mark.parametrize("after", ["x", "-1", "9" * 30, "1 OR 1=1"])
def test_catching_up_needs_a_number(server, owner, signed_in, after):
    client = signed_in(owner)
    assert client.get(f"{server.path}live/turns", {"after": after}).status_code == 400


def test_a_guest_and_a_stranger_are_told_why_they_cannot_watch(server, stranger, signed_in):
    assert asyncio.run(closing_code(socket(server))) == 4401
    assert asyncio.run(closing_code(socket(server, signed_in(stranger)))) == 4403


def test_a_member_of_one_server_does_not_watch_another(server, other_server, owner, signed_in):
    assert asyncio.run(closing_code(socket(other_server, signed_in(owner)))) == 4403


def test_a_page_of_another_site_cannot_use_my_session(server, owner, signed_in):
    async def connects():
        watcher = socket(server, signed_in_owner, origin=(b"origin", b"https://evil.example"))
        connected, _ = await watcher.connect()
        return connected

    signed_in_owner = signed_in(owner)
    assert not asyncio.run(connects())


def send(server, number):
    event = {"type": "live.event", "topic": "turn", "payload": {"turn_id": number}}
    return get_channel_layer().group_send(server.live_group, event)


def test_events_arrive_on_the_own_server_only(server, other_server, viewer, signed_in):
    async def watch():
        watcher = socket(server, client)
        await watcher.connect()
        assert await watcher.receive_json_from(2) == {"topic": "hello"}
        await send(other_server, 1)
        await send(server, 2)
        event = await watcher.receive_json_from(2)
        await watcher.disconnect()
        return event

    client = signed_in(viewer)
    assert asyncio.run(watch()) == {"topic": "turn", "payload": {"turn_id": 2}, "n": 1}


def test_a_slow_watcher_is_sent_no_more_than_the_window(server, viewer, signed_in, monkeypatch):
    monkeypatch.setattr(consumers, "WINDOW", 5)

    async def watch():
        watcher = socket(server, client)
        await watcher.connect()
        await watcher.receive_json_from(2)
        for number in range(20):
            await send(server, number)
        got = [(await watcher.receive_json_from(2))["n"] for _ in range(5)]
        assert await watcher.receive_nothing(0.3)
        await watcher.send_json_to({"seen": 3})
        assert await watcher.receive_json_from(2) == {"topic": "pong"}
        await watcher.send_json_to({"seen": 5})
        assert await watcher.receive_json_from(2) == {"topic": "resync"}
        await watcher.disconnect()
        return got

    client = signed_in(viewer)
    assert asyncio.run(watch()) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("text", ["nonsense", "[]", "{}", '{"seen": "x"}', "{" * 5000, "1e999"])
def test_what_is_not_an_acknowledgement_ends_the_watching(server, viewer, signed_in, text):
    async def watch():
        watcher = socket(server, client)
        await watcher.connect()
        await watcher.receive_json_from(2)
        await watcher.send_to(text_data=text)
        return (await watcher.receive_output(2))["code"]

    client = signed_in(viewer)
    assert asyncio.run(watch()) == consumers.MALFORMED


def test_an_acknowledgement_cannot_open_the_window_wider(server, viewer, signed_in, monkeypatch):
    monkeypatch.setattr(consumers, "WINDOW", 2)

    async def watch():
        watcher = socket(server, client)
        await watcher.connect()
        await watcher.receive_json_from(2)
        await watcher.send_to(text_data=json.dumps({"seen": 10**9}))
        await watcher.receive_json_from(2)
        for number in range(6):
            await send(server, number)
        got = [await watcher.receive_json_from(2) for _ in range(2)]
        assert await watcher.receive_nothing(0.3)
        await watcher.disconnect()
        return len(got)

    client = signed_in(viewer)
    assert asyncio.run(watch()) == 2


def test_watching_ends_after_a_while_so_that_rights_are_checked_again(
    server, viewer, signed_in, monkeypatch
):
    monkeypatch.setattr(consumers, "LIFETIME", 0.1)

    async def watch():
        watcher = socket(server, client)
        await watcher.connect()
        await watcher.receive_json_from(2)
        return (await watcher.receive_output(2))["code"]

    client = signed_in(viewer)
    assert asyncio.run(watch()) == consumers.COME_AGAIN
