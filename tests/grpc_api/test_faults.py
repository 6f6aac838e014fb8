"""What Talk needs may be away; the player gets an answer all the same."""

from __future__ import annotations

import copy
import socket
import time

import pytest
from django.core.cache import cache
from django.db import connection

from grpc_api.pb.aiworld.v1 import common_pb2, dialogue_pb2
from npcs import following, replies
from npcs.models import ConversationTurn, NpcMemory
from tenants import live
from tenants.context import in_tenant
from tests.services import superuser

QUESTION = "Where do you buy your iron?"


@pytest.fixture
def frozen():
    """A port where connections are taken and never answered."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(128)
        yield listening.getsockname()[1]


@pytest.fixture(params=["closed", "frozen"])
def port(request, frozen):
    return 1 if request.param == "closed" else frozen


def guests(number):
    return [common_pb2.Player(char_id=400_000 + at, name=f"Guest {at}") for at in range(number)]


class TestCacheAway:
    @pytest.fixture(autouse=True)
    def away(self, committed, settings, port):
        caches = copy.deepcopy(settings.CACHES)
        caches["replies"]["LOCATION"] = f"redis://127.0.0.1:{port}/0"
        patience = {"socket_timeout": 0.05, "socket_connect_timeout": 0.05}
        caches["replies"]["OPTIONS"]["CONNECTION_POOL_KWARGS"] |= patience
        settings.CACHES = caches
        yield
        replies._breaker.succeeded()

    def test_the_npc_thinks_anew_and_soon_asks_it_no_more(self, talk):
        talk(QUESTION, guests(1)[0])
        for one in guests(8):
            reply = talk(QUESTION, one)
            assert reply.source == common_pb2.SOURCE_COMPOSER and "Mjolnir" in reply.text
        assert replies._breaker.open

    def test_it_is_used_again_when_it_is_back(self, talk, settings, port):
        one, two, three, *_ = guests(6)
        for each in (one, two, three):
            talk(QUESTION, each)
        caches = copy.deepcopy(settings.CACHES)
        caches["replies"]["LOCATION"] = settings.REDIS_URL
        settings.CACHES = caches
        time.sleep(1.1)  # the breaker tries again
        again = [talk(QUESTION, each).source for each in guests(6)[3:]]
        assert common_pb2.SOURCE_CACHE in again


class TestLiveViewAway:
    def test_talk_does_not_notice(self, talk, player, settings, port, committed):
        layers = copy.deepcopy(settings.CHANNEL_LAYERS)
        layers["default"]["CONFIG"]["hosts"] = [f"redis://127.0.0.1:{port}/0"]
        settings.CHANNEL_LAYERS = layers
        live._publisher.cache_clear()
        try:
            talk("Hello", player)
            assert "Mjolnir" in talk(QUESTION, player).text
            publisher = live._publisher()
            ends = time.monotonic() + 8
            while not publisher.dropped and time.monotonic() < ends:
                time.sleep(0.05)
            assert publisher.dropped
        finally:
            live._publisher.cache_clear()


class TestEncoderAway:
    @pytest.fixture(autouse=True)
    def away(self, settings, tmp_path):
        settings.INFERENCE_BACKEND = "remote"
        settings.INFERENCE_SOCKET = str(tmp_path / "nobody.sock")

    def test_words_alone_find_the_answer_and_the_memory(self, talk, player):
        talk("My sister Mira is ill.", player)
        assert "Mjolnir" in talk(QUESTION, player).text
        assert "Mira" in talk("What did I tell you about my sister?", player).text

    def test_the_memory_gets_its_vector_later(self, talk, player, server, settings):
        talk("My sister Mira is ill.", player)
        with in_tenant(server):
            assert NpcMemory.objects.get().embedding is None
            settings.INFERENCE_BACKEND = "fake"
            assert following.backfill() >= 1
            assert NpcMemory.objects.get().embedding is not None
            assert following.backfill() == 0

    def test_remember_and_recall_need_none(self, stubs, metadata, npc, player, server):
        asked = {"npc": npc.key, "player": player}
        stubs.dialogue.Remember(
            dialogue_pb2.RememberRequest(text="My sister Mira is ill.", **asked),
            metadata=metadata,
            timeout=2,
        )
        found = stubs.dialogue.Recall(
            dialogue_pb2.RecallRequest(query="sister", **asked), metadata=metadata, timeout=2
        )
        assert found.memories[0].text == "My sister Mira is ill."
        with in_tenant(server):
            assert NpcMemory.objects.get().embedding is None


def test_an_encoder_that_never_answers_takes_no_more_than_its_share(
    talk, player, settings, tmp_path, stubs, metadata, npc
):
    with socket.socket(socket.AF_UNIX) as listening:
        path = str(tmp_path / "frozen.sock")
        listening.bind(path)
        listening.listen(16)
        settings.INFERENCE_BACKEND, settings.INFERENCE_SOCKET = "remote", path
        assert "Mjolnir" in talk(QUESTION, player, timeout=1.2).text
        asked = dialogue_pb2.RememberRequest(npc=npc.key, player=player, text="I like bread.")
        stubs.dialogue.Remember(asked, metadata=metadata, timeout=0.8)


def test_connections_that_are_cut_are_not_the_players_trouble(talk, server):
    """PostgreSQL was restarted, or somebody ended every connection."""
    for one in guests(12):
        talk(QUESTION, one)
    with superuser(connection.settings_dict["NAME"]) as database:
        ended = database.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        assert ended.fetchone()[0] >= 1
    connection.close()  # this thread's was among them
    for one in guests(12):
        assert talk(QUESTION, one, request_id=f"after {one.char_id}").text
    with in_tenant(server):
        assert ConversationTurn.objects.count() == 24


def test_rubbish_in_the_cache_is_no_answer(talk, player, server, monkeypatch):
    talk(QUESTION, player)
    with in_tenant(server):
        [key] = list(cache.iter_keys("reply:*"))
        for rubbish in ({"text": "x"}, {"text": "x", "unknown": 1}, [1], "x", None):
            cache.set(key, rubbish)
            guest = common_pb2.Player(char_id=500_000 + id(rubbish) % 1000, name="Guest")
            assert "Mjolnir" in talk(QUESTION, guest).text
