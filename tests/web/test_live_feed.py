"""The live view's feed against a real Daphne: many watchers, slow ones, cut ones, none at all."""

import asyncio
import random
import threading
import time

import pytest
from django.conf import settings
from django.db import connection

from npcs import watching
from npcs.models import ConversationTurn
from tenants import consumers, live, presence
from tenants.context import in_tenant
from tests.web.rows import make_conversation
from tests.web.test_live import send, socket
from tests.web.websocket import Closed, WebSocket

SOCKETS = 200


def cookie_of(client):
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


@pytest.fixture
def watch(site, server, viewer, signed_in):
    """Opens a websocket of the viewer's."""
    cookie = cookie_of(signed_in(viewer))

    async def watch(on=server, **fields):
        return await WebSocket.open(site, f"/ws{on.path}live/", **{"cookie": cookie} | fields)

    return watch


def say(server, npc, number, *, padding=0):
    """A turn as a dialogue writes and publishes it."""
    with in_tenant(server):
        talk = make_conversation(npc, (f"said {number} {'x' * padding}", "yes"), char_id=number + 1)
        turn = watching._turns().get(conversation=talk)
        live.publish("turn", watching.as_event(turn))
        return turn.pk


def test_two_hundred_watchers_see_every_turn(watch, server, npc):
    async def one():
        watcher = await watch()
        await watcher.until("hello")
        return watcher

    async def all_of_them():
        watchers = []
        while len(watchers) < SOCKETS:  # a port takes some fifty calls at once
            watchers += await asyncio.gather(*(one() for _ in range(25)))
        ids = [await asyncio.to_thread(say, server, npc, number) for number in range(10)]

        async def heard(watcher):
            return [(await watcher.until("turn", 30))["payload"]["turn_id"] for _ in ids]

        got = await asyncio.gather(*(heard(watcher) for watcher in watchers))
        for watcher in watchers:
            await watcher.cut()
        return ids, got

    ids, got = asyncio.run(asyncio.wait_for(all_of_them(), 120))
    assert len(got) == SOCKETS
    assert all(sorted(each) == ids for each in got)


def test_a_watcher_who_stays_behind_is_sent_away_and_slows_nobody(
    site, server, npc, viewer, signed_in, monkeypatch
):
    """In this process, so that the patience can be short; the transport is the real test's."""
    monkeypatch.setattr(consumers, "WINDOW", 5)
    monkeypatch.setattr(consumers, "PATIENCE", 0.5)
    client = signed_in(viewer)

    async def watch():
        slow, quick = socket(server, client), socket(server, client)
        for each in (slow, quick):
            await each.connect()
            assert await each.receive_json_from(2) == {"topic": "hello"}
        for number in range(1, 21):
            await send(server, number)
            assert (await quick.receive_json_from(2))["payload"]["turn_id"] == number
            await quick.send_json_to({"seen": number})
            assert await quick.receive_json_from(2) == {"topic": "pong"}
        for _ in range(5):
            await slow.receive_json_from(2)
        closing = await slow.receive_output(5)
        await asyncio.gather(slow.disconnect(), quick.disconnect())
        return closing

    closing = asyncio.run(watch())
    assert closing == {"type": "websocket.close", "code": consumers.TOO_SLOW}


def test_a_watcher_who_reads_nothing_does_not_hold_the_others_up(watch, server, npc):
    async def watching_together():
        deaf, quick = await watch(), await watch()
        await quick.until("hello")
        ids, got = [], []
        for number in range(consumers.WINDOW + 20):
            ids.append(await asyncio.to_thread(say, server, npc, number, padding=4000))
            message = await quick.until("turn")
            got.append(message["payload"]["turn_id"])
            await quick.send({"seen": message["n"]})
        await deaf.cut()
        await quick.cut()
        return ids, got

    ids, got = asyncio.run(asyncio.wait_for(watching_together(), 120))
    assert got == ids


def test_a_watcher_gets_only_what_it_asked_for(watch, server, npc):
    async def filtered():
        watcher = await watch()
        await watcher.until("hello")
        await watcher.send({"filter": {"player": "7", "npc": "brann", "nonsense": "x"}})
        await watcher.until("filtered")
        for number in range(8):
            await asyncio.to_thread(say, server, npc, number)
        found = await watcher.until("turn")
        await watcher.cut()
        return found["payload"]["char_id"], found["n"]

    assert asyncio.run(filtered()) == (7, 1)


def test_another_server_and_another_site_are_refused(watch, other_server):
    async def refused():
        stranger = await watch(on=other_server)
        with pytest.raises(Closed) as caught:
            await stranger.receive()
        with pytest.raises(Closed) as foreign:
            await watch(origin="https://evil.example")
        return caught.value.code, foreign.value.code

    assert asyncio.run(refused()) == (4403, 403)


def test_a_cut_watcher_who_comes_back_has_every_turn_once(watch, server, npc, viewer, signed_in):
    """As the page does it: live events, and after each cut what the database says is new. Turns
    are written by several threads while the line is cut at random."""
    dice = random.Random(7)
    client = signed_in(viewer)
    shown, repeats = {}, []

    def add(turn):
        if turn["turn_id"] in shown:
            repeats.append((shown[turn["turn_id"]], turn["player_text"]))
        shown.setdefault(turn["turn_id"], turn["player_text"])

    def catch_up(upto):
        answer = client.get(f"{server.path}live/turns", {"after": upto}).json()
        assert answer["complete"]
        for turn in answer["turns"]:
            add(turn)
        return answer["upto"]

    def write(thread):
        for number in range(50):
            say(server, npc, thread * 50 + number)
            time.sleep(random.uniform(0, 0.16))
        connection.close()

    async def follow(writers):
        upto, cuts = 0, 0
        while True:
            watcher = await watch()
            ends = time.monotonic() + dice.uniform(0.05, 0.6)
            running = any(writer.is_alive() for writer in writers)
            try:
                while not running or time.monotonic() < ends:
                    message = await watcher.receive(5 if not running else 0.6)
                    if message["topic"] in ("hello", "resync"):
                        upto = await asyncio.to_thread(catch_up, upto)
                        if not running and message["topic"] == "resync":
                            await watcher.cut()
                            return cuts
                    if message["topic"] == "turn":
                        add(message["payload"])
            except TimeoutError:
                pass
            await watcher.cut()
            cuts += 1

    writers = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for writer in writers:
        writer.start()
    cuts = asyncio.run(asyncio.wait_for(follow(writers), 120))
    with in_tenant(server):
        stored = dict(ConversationTurn.objects.order_by("pk").values_list("pk", "player_text"))
    assert len(stored) == 200 and cuts > 2
    assert dict(sorted(shown.items())) == stored
    assert all(first == again for first, again in repeats), "an id says the same everywhere"


class TestNobodyWatches:
    @pytest.fixture
    def publisher(self, server):
        live._publisher.cache_clear()
        yield live._publisher()
        live._publisher.cache_clear()

    def known(self, publisher, server, somebody):
        ends = time.monotonic() + 5
        while time.monotonic() < ends:
            publisher.presence.watched(server.live_group)
            if publisher.presence._known.get(server.live_group, (None,))[0] is somebody:
                return True
            time.sleep(0.05)
        return False

    def test_nothing_is_made_or_sent(self, publisher, server):
        assert self.known(publisher, server, False)
        made = []
        with in_tenant(server):
            live.publish("turn", lambda: made.append(1) or {})
        assert not made

    def test_it_is_published_again_soon_after_somebody_came(self, publisher, watch, server, npc):
        assert self.known(publisher, server, False)

        async def come():
            watcher = await watch()
            await watcher.until("hello")
            began = time.monotonic()
            unheard = await asyncio.to_thread(say, server, npc, 1)
            await watcher.until("resync")
            took = time.monotonic() - began
            assert await asyncio.to_thread(self.known, publisher, server, True)
            heard = await asyncio.to_thread(say, server, npc, 2)
            found = (await watcher.until("turn"))["payload"]["turn_id"]
            await watcher.cut()
            return unheard, heard, found, took

        unheard, heard, found, took = asyncio.run(come())
        assert found == heard != unheard, "the first was not published ..."
        assert took >= presence.STALE, "... and the resync comes when that cannot happen any more"

    def test_without_redis_everything_is_published(self, settings, server):
        asked = []
        unknown = presence.Presence(asked.append)
        settings.CHANNEL_LAYERS = {
            "default": {"CONFIG": {"hosts": ["redis://127.0.0.1:1/0"], "prefix": "aiworld"}}
        }
        unknown.look([server.live_group])
        assert unknown.watched(server.live_group)
        assert asked == [server.live_group]
        assert unknown.watched(server.live_group) and len(asked) == 1, "asked once a second"
