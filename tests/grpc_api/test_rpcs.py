"""Every call of the door but Talk: what it answers, and what it refuses."""

from __future__ import annotations

import math
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import grpc
import pytest
from django.db import connection, transaction
from django.utils import timezone
from google.protobuf.timestamp_pb2 import Timestamp
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import (
    ProtoReflectionDescriptorDatabase,
)

from grpc_api.pb.aiworld.v1 import common_pb2, dialogue_pb2, npcs_pb2, server_pb2
from npcs.models import Conversation, ConversationTurn, NpcMemory, NpcPersonality
from tenants.context import in_tenant
from tests.grpc_api.calls import KEY, details, field_of, refused, request, until
from tests.llm_endpoint import answer

Code = grpc.StatusCode


def stamp(moment):
    made = Timestamp()
    made.FromDatetime(moment)
    return made


class TestHandshake:
    @pytest.fixture
    def greet(self, stubs, metadata):
        def greet(metadata=metadata, **fields):
            asked = server_pb2.HandshakeRequest(**{"protocol_version": 1} | fields)
            return stubs.server.Handshake(asked, metadata=metadata, timeout=5)

        return greet

    def test_it_says_what_the_caller_is_connected_to(self, greet, server, settings):
        reply = greet(game_server_id=server.server_id, client="rathena 1.0")
        assert (reply.server_id, reply.server_name) == (server.server_id, server.name)
        assert reply.schema_name == server.schema_name
        assert (reply.protocol_version, reply.code_page, reply.language) == (1, "cp1252", "en")
        assert {"Dialogue.Talk", "Npcs.SyncNpcs", "Server.Handshake"} <= set(reply.features)
        assert reply.limits.max_text_length == settings.MAX_TEXT_LENGTH
        assert reply.limits.request_timeout_ms == settings.REQUEST_TIMEOUT * 1000
        assert abs(reply.now.ToDatetime(tzinfo=UTC) - timezone.now()) < timedelta(seconds=5)
        assert reply.platform_version

    def test_it_is_noted(self, greet, server):
        greet()
        before = server.last_handshake_at
        server.refresh_from_db()
        assert server.last_handshake_at != before

    @pytest.mark.parametrize("version", [0, 2, 2**32 - 1])
    def test_another_protocol_is_refused(self, greet, version):
        error = refused(lambda: greet(protocol_version=version))
        assert error.code() == Code.FAILED_PRECONDITION
        assert "version 1" in error.details() and str(version) in error.details()

    def test_the_id_of_another_server_is_refused_as_one_that_is_unknown(self, greet, other_server):
        errors = [
            refused(lambda name=name: greet(game_server_id=name))
            for name in (other_server.server_id, "server-0000000000000000", "é")
        ]
        assert {error.code() for error in errors} == {Code.PERMISSION_DENIED}
        assert len({error.details() for error in errors}) == 1

    def test_no_key(self, greet):
        error = refused(lambda: greet(metadata=()))
        assert error.code() == Code.UNAUTHENTICATED


class TestRemember:
    @pytest.fixture
    def remember(self, stubs, metadata, npc, player):
        def remember(text="Her sister Mira is ill.", **fields):
            fields = {"npc": KEY, "player": player, "text": text} | fields
            asked = dialogue_pb2.RememberRequest(**fields)
            return stubs.dialogue.Remember(asked, metadata=metadata, timeout=5)

        return remember

    def test_it_is_stored_when_the_reply_arrives(self, remember, server, player):
        moment = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
        reply = remember(
            importance=7.5,
            subject="sister",
            speaker=common_pb2.SPEAKER_OTHER,
            happened_at=stamp(moment),
            place=common_pb2.Place(map="geffen"),
        )
        with in_tenant(server):
            row = NpcMemory.objects.get(pk=reply.memory_id)
        assert (row.text, row.char_id, row.player_name) == (
            "Her sister Mira is ill.", player.char_id, "Aline",
        )  # fmt: skip
        assert (row.importance, row.subject, row.speaker) == (7.5, "sister", "other")
        assert (row.happened_at, row.place, row.kind) == (moment, "geffen", "event")
        assert row.embedding is not None
        assert not reply.repeated

    def test_what_is_not_told_is_judged(self, remember, server, npc):
        reply = remember()
        with in_tenant(server):
            row = NpcMemory.objects.get(pk=reply.memory_id)
        assert 0 < row.importance <= 10
        assert (row.speaker, row.place) == ("player", npc.map_name)
        assert abs(row.happened_at - timezone.now()) < timedelta(seconds=5)

    def test_a_repeat_is_stored_once(self, remember, server):
        first = remember(request_id="one")
        again = remember(request_id="one")
        assert again.repeated and again.memory_id == first.memory_id
        with in_tenant(server):
            assert NpcMemory.objects.count() == 1

    def test_the_id_may_come_as_metadata(self, stubs, metadata, npc, player, server):
        asked = dialogue_pb2.RememberRequest(npc=KEY, player=player, text="I like bread.")
        for _ in range(2):
            stubs.dialogue.Remember(
                asked, metadata=(*metadata, ("x-request-id", "meta")), timeout=5
            )
        with in_tenant(server):
            assert NpcMemory.objects.get().request_id == "meta"

    def test_without_an_id_every_call_is_new(self, remember, server):
        remember()
        remember()
        with in_tenant(server):
            assert NpcMemory.objects.count() == 2

    def test_equal_calls_at_once_store_it_once(self, remember, server):
        with ThreadPoolExecutor(12) as pool:
            replies = list(pool.map(lambda _: remember(request_id="same"), range(12)))
        assert len({reply.memory_id for reply in replies}) == 1
        assert sum(not reply.repeated for reply in replies) == 1

    def test_an_id_used_for_something_else_is_a_conflict(self, remember, other_player):
        remember(request_id="one")
        for other in ({"text": "He is rich."}, {"player": other_player}):
            error = refused(lambda other=other: remember(request_id="one", **other))
            assert error.code() == Code.ABORTED
            assert field_of(error) == "request_id"

    @pytest.mark.parametrize("importance", [-0.1, 10.1, math.nan, math.inf, -math.inf])
    def test_an_importance_off_the_scale_is_refused(self, remember, server, importance):
        error = refused(lambda: remember(importance=importance))
        assert error.code() == Code.INVALID_ARGUMENT
        assert field_of(error) == "importance"
        with in_tenant(server):
            assert not NpcMemory.objects.exists()

    @pytest.mark.parametrize("importance", [0, 10])
    def test_the_ends_of_the_scale_are_on_it(self, remember, server, importance):
        reply = remember(importance=importance)
        with in_tenant(server):
            assert NpcMemory.objects.get(pk=reply.memory_id).importance == importance

    def test_the_future_cannot_be_remembered(self, remember):
        error = refused(lambda: remember(happened_at=stamp(timezone.now() + timedelta(hours=1))))
        assert error.code() == Code.INVALID_ARGUMENT
        assert field_of(error) == "happened_at"

    @pytest.mark.parametrize("seconds, nanos", [(2**62, 0), (-(2**62), 0), (0, 2**31 - 1)])
    def test_a_moment_that_is_none(self, remember, seconds, nanos):
        moment = Timestamp(seconds=seconds, nanos=nanos)
        error = refused(lambda: remember(happened_at=moment))
        assert (error.code(), field_of(error)) == (Code.INVALID_ARGUMENT, "happened_at")

    def test_client_bytes(self, remember, server):
        reply = remember(text="", raw_text="Minha irmã está doente.".encode("cp1252"))
        with in_tenant(server):
            row = NpcMemory.objects.get(pk=reply.memory_id)
        assert row.text == "Minha irmã está doente."

    def test_text_and_bytes_at_once(self, remember):
        error = refused(lambda: remember(raw_text=b"and this"))
        assert error.code() == Code.INVALID_ARGUMENT

    @pytest.mark.parametrize(
        "fields, field",
        [
            ({"text": ""}, "text"),
            ({"text": "a" * 501}, "text"),
            ({"npc": ""}, "npc"),
            ({"npc": "x" * 121}, "npc"),
            ({"request_id": "x" * 65}, "request_id"),
            ({"request_id": "a\0"}, "request_id"),
            ({"player": common_pb2.Player(char_id=1)}, "player.name"),
            ({"player": common_pb2.Player(name="X")}, "player.char_id"),
        ],
    )
    def test_a_field_that_is_wrong_is_named(self, remember, fields, field):
        error = refused(lambda: remember(**fields))
        assert error.code() == Code.INVALID_ARGUMENT
        assert field_of(error) == field

    def test_what_cannot_be_seen_is_not_stored(self, remember, server):
        reply = remember(
            subject="sis\0ter\u202e\n", place=common_pb2.Place(map="gef\0fen" + "x" * 60)
        )
        with in_tenant(server):
            row = NpcMemory.objects.get(pk=reply.memory_id)
        assert row.subject == "sister"
        assert row.place.startswith("geffenx") and len(row.place) == 24

    def test_an_unknown_npc(self, remember):
        error = refused(lambda: remember(npc="prontera/Nobody"))
        assert (error.code(), field_of(error)) == (Code.NOT_FOUND, "npc")

    def test_an_npc_of_another_server(self, remember, other_npc, other_key, stubs, player, server):
        asked = dialogue_pb2.RememberRequest(npc=KEY, player=player, text="I like bread.")
        stubs.dialogue.Remember(asked, metadata=(("x-api-key", other_key),), timeout=5)
        with in_tenant(server):
            assert not NpcMemory.objects.exists()

    def test_no_key(self, stubs, npc, player):
        asked = dialogue_pb2.RememberRequest(npc=KEY, player=player, text="I like bread.")
        error = refused(lambda: stubs.dialogue.Remember(asked, timeout=5))
        assert error.code() == Code.UNAUTHENTICATED


class TestRecall:
    @pytest.fixture
    def told(self, server, npc, player, other_player):
        """Four memories of Aline, one of Bruno; the last is the latest."""
        now = timezone.now()
        with in_tenant(server):
            for days, (one, text) in enumerate(
                [
                    (player, "I sold my horse in Alberta."),
                    (player, "My sister Mira is ill."),
                    (other_player, "My sister Berta is a thief."),
                    (player, "I am afraid of spiders."),
                    (player, "I like the bread of Dame Hedwig."),
                ]
            ):
                NpcMemory.objects.create(
                    npc=npc, char_id=one.char_id, player_name=one.name, speaker="player",
                    text=text, happened_at=now - timedelta(days=10 - days), importance=5,
                )  # fmt: skip

    @pytest.fixture
    def recall(self, stubs, metadata, npc, player):
        def recall(query="", **fields):
            fields = {"npc": KEY, "player": player, "query": query} | fields
            asked = dialogue_pb2.RecallRequest(**fields)
            return stubs.dialogue.Recall(asked, metadata=metadata, timeout=5).memories

        return recall

    def test_the_best_match_comes_first(self, recall, told):
        found = recall("How is your sister?")
        assert found[0].text == "My sister Mira is ill."
        assert found[0].speaker == common_pb2.SPEAKER_PLAYER
        assert [m.score for m in found] == sorted((m.score for m in found), reverse=True)
        assert 0 < found[0].score <= 1

    @pytest.mark.parametrize("query", ["", "sister", "Berta", "thief", "Bruno"])
    def test_nothing_of_another_character(self, recall, told, query):
        assert all("Berta" not in memory.text for memory in recall(query, limit=100))

    def test_what_the_town_remembers_is_marked_and_as_open_as_the_player_is_trusted(
        self, recall, told, server, npc, player
    ):
        with in_tenant(server):
            for text, sensitivity in (("A spider ate the bridge.", 0), ("A spider is king.", 8)):
                NpcMemory.objects.create(
                    npc=npc, char_id=0, speaker="other", text=text, scope="town",
                    scope_key=npc.map_name, sensitivity=sensitivity, kind="event",
                    happened_at=timezone.now(),
                )  # fmt: skip
        marked = {memory.text: memory.shared for memory in recall("spider")}
        assert marked["I am afraid of spiders."] is False
        assert marked["A spider ate the bridge."] is True
        assert "A spider is king." not in marked
        with in_tenant(server):
            npc.relationships.update_or_create(char_id=player.char_id, defaults={"trust": 10})
        assert "A spider is king." in {memory.text for memory in recall("spider")}
        assert not any(memory.shared for memory in recall())

    def test_without_a_question_the_latest_first(self, recall, told):
        assert [memory.text.split()[1] for memory in recall()] == ["like", "am", "sister", "sold"]
        assert {memory.score for memory in recall()} == {0}

    def test_no_more_than_asked_for(self, recall, told, server, npc, player):
        assert len(recall(limit=2)) == 2
        assert len(recall("sister horse spiders bread", limit=1)) == 1
        with in_tenant(server):
            NpcMemory.objects.bulk_create(
                NpcMemory(
                    npc=npc, char_id=player.char_id, player_name="Aline", speaker="player",
                    text=f"My horse number {at}.", happened_at=timezone.now(),
                )
                for at in range(120)
            )  # fmt: skip
        assert len(recall()) == 10
        assert len(recall(limit=4_000_000_000)) == 100
        assert len(recall("horse", limit=4_000_000_000)) == 100

    def test_what_does_not_fit_is_not_found(self, recall, told):
        assert "spiders" not in str(recall("Do you know my sister?")[0])

    def test_client_bytes(self, recall, told):
        assert recall(raw_query=b"My sister")[0].text == "My sister Mira is ill."

    def test_what_was_superseded_is_not_recalled(self, recall, told, server):
        with in_tenant(server):
            newer = NpcMemory.objects.get(text__contains="bread")
            NpcMemory.objects.filter(text__contains="Mira").update(superseded_by=newer)
        assert all("Mira" not in memory.text for memory in recall(limit=100))

    def test_who_never_came_is_not_known(self, recall, told):
        assert list(recall(player=common_pb2.Player(char_id=9, name="Nobody"))) == []

    def test_another_server_knows_nothing_of_it(self, stubs, other_key, other_npc, told, player):
        asked = dialogue_pb2.RecallRequest(npc=KEY, player=player, query="sister")
        metadata = (("x-api-key", other_key),)
        assert not stubs.dialogue.Recall(asked, metadata=metadata, timeout=5).memories

    def test_an_unknown_npc(self, recall):
        for query in ("", "sister"):
            error = refused(lambda query=query: recall(query, npc="prontera/Nobody"))
            assert (error.code(), field_of(error)) == (Code.NOT_FOUND, "npc")

    def test_a_player_needs_an_id_but_no_name(self, recall):
        error = refused(lambda: recall(player=common_pb2.Player(name="Aline")))
        assert field_of(error) == "player.char_id"


class TestSyncNpcs:
    @pytest.fixture
    def sync(self, stubs, metadata, server):
        def sync(*seen):
            asked = npcs_pb2.SyncNpcsRequest(npcs=[npcs_pb2.NpcSeen(**one) for one in seen])
            return stubs.npcs.SyncNpcs(asked, metadata=metadata, timeout=10)

        return sync

    SMITH = {"map": "prontera", "unique_name": "Smith#a", "x": 10, "y": 20, "sprite": "4_M_JOB"}
    COOK = {"map": "Geffen", "unique_name": "Cook::geffen_cook", "name": "Old Cook", "x": 1, "y": 2}

    def test_unknown_ones_become_characters(self, sync, server):
        reply = sync(self.SMITH, self.COOK)
        assert (reply.created, reply.updated, reply.unchanged) == (2, 0, 0)
        assert list(reply.keys) == ["prontera/Smith#a", "geffen/Cook::geffen_cook"]
        with in_tenant(server):
            smith, cook = (NpcPersonality.objects.get(key=key) for key in reply.keys)
        assert (smith.name, smith.map_name, smith.x, smith.y) == ("Smith", "prontera", 10, 20)
        assert (cook.name, cook.map_name, cook.ai_enabled) == ("Old Cook", "geffen", True)

    def test_the_same_list_again_changes_nothing(self, sync, server):
        sync(self.SMITH, self.COOK)
        with in_tenant(server):
            before = list(NpcPersonality.objects.order_by("pk").values())
        reply = sync(self.SMITH, self.COOK)
        assert (reply.created, reply.updated, reply.unchanged) == (0, 0, 2)
        with in_tenant(server):
            assert list(NpcPersonality.objects.order_by("pk").values()) == before

    def test_one_that_moved_is_moved_and_its_kept_answers_are_void(self, sync, server):
        sync(self.SMITH, self.COOK)
        reply = sync(self.SMITH | {"x": 11}, self.COOK)
        assert (reply.created, reply.updated, reply.unchanged) == (0, 1, 1)
        with in_tenant(server):
            smith = NpcPersonality.objects.get(key="prontera/Smith#a")
        assert (smith.x, smith.version) == (11, 2)

    def test_what_staff_wrote_stays(self, sync, server):
        sync(self.SMITH)
        written = {
            "role": "poet", "background": "Once a knight.", "speech_style": "In verse.",
            "openness": 0.9, "alignment": "lawful_good", "mood": "sad", "ai_enabled": False,
        }  # fmt: skip
        with in_tenant(server):
            NpcPersonality.objects.update(**written, edited_by_staff=True)
        sync(self.SMITH | {"x": 99})
        with in_tenant(server):
            row = NpcPersonality.objects.get()
        assert row.x == 99
        assert {name: getattr(row, name) for name in written} == written

    def test_ai_is_switched_by_who_says_so(self, sync, server):
        sync(self.SMITH | {"ai_enabled": False})
        for told, now in ({}, False), ({"ai_enabled": True}, True), ({}, True):
            sync(self.SMITH | told)
            with in_tenant(server):
                assert NpcPersonality.objects.get().ai_enabled is now

    @pytest.mark.parametrize(
        "wrong, field",
        [
            ({"map": ""}, "npcs[1]"),
            ({"unique_name": ""}, "npcs[1]"),
            ({"map": "a/b"}, "npcs[1]"),
            ({"unique_name": "x" * 121}, "npcs[1]"),
            ({"map": "m" * 25}, "npcs[1]"),
            ({"name": "n" * 51}, "npcs[1]"),
            ({"name": "\u200b"}, "npcs[1].name"),
            ({"unique_name": "#hidden", "name": ""}, "npcs[1].name"),
            ({"unique_name": "a\0b"}, "npcs[1]"),
            ({"sprite": "s" * 41}, "npcs[1]"),
            ({"x": 513}, "npcs[1].x"),
            ({"y": 2**32 - 1}, "npcs[1].x"),
        ],
    )
    def test_one_wrong_entry_refuses_them_all(self, sync, server, wrong, field):
        error = refused(lambda: sync(self.SMITH, self.COOK | wrong))
        assert (error.code(), field_of(error)) == (Code.INVALID_ARGUMENT, field)
        with in_tenant(server):
            assert not NpcPersonality.objects.exists()

    def test_an_npc_twice(self, sync, server):
        error = refused(lambda: sync(self.SMITH, self.SMITH | {"map": "PRONTERA"}))
        assert "twice" in error.details()
        with in_tenant(server):
            assert not NpcPersonality.objects.exists()

    def test_two_thousand_are_taken_and_one_more_is_refused(self, sync, server):
        many = [{"map": "m", "unique_name": f"N{at}"} for at in range(2001)]
        error = refused(lambda: sync(*many))
        assert error.code() == Code.INVALID_ARGUMENT and "2000" in error.details()
        assert sync(*many[:2000]).created == 2000
        assert sync(*many[:2000]).unchanged == 2000

    def test_equal_lists_at_once_and_in_any_order(self, sync, server):
        lists = [
            [{"map": "m", "unique_name": f"N{at}", "x": x} for at in range(60)][::step]
            for x in range(4)
            for step in (1, -1)
        ]
        with ThreadPoolExecutor(8) as pool:
            replies = list(pool.map(lambda seen: sync(*seen), lists))
        assert sum(reply.created for reply in replies) == 60
        with in_tenant(server):
            assert NpcPersonality.objects.count() == 60

    def test_an_empty_list(self, sync):
        assert list(sync().keys) == []

    def test_on_another_server_they_are_somebody_else(self, sync, server, other_server):
        sync(self.SMITH)
        with in_tenant(other_server):
            assert not NpcPersonality.objects.exists()

    def test_no_key(self, stubs):
        error = refused(lambda: stubs.npcs.SyncNpcs(npcs_pb2.SyncNpcsRequest(), timeout=5))
        assert error.code() == Code.UNAUTHENTICATED


class TestLimits:
    def test_one_call_too_many_is_told_when_to_come_back(
        self, stubs, metadata, npc, player, talk, settings, llm
    ):
        settings.ENABLE_TEMPLATE_REUSE = False  # the model is asked for every line
        llm.script(answer(delay=20))
        call = stubs.dialogue.Talk.future(request("Hello", player), metadata=metadata, timeout=4)
        until(lambda: llm.requests)
        settings.MAX_CONCURRENT_REQUESTS = 1
        error = refused(lambda: talk("Hello", player))
        assert not call.done()
        assert error.code() == Code.RESOURCE_EXHAUSTED
        assert details(error)["RetryInfo"].retry_delay.ToTimedelta() == timedelta(seconds=0.5)
        call.cancel()
        ends = time.monotonic() + 3
        while time.monotonic() < ends:
            try:
                assert talk("Goodbye", player).text
                return
            except grpc.RpcError:
                time.sleep(0.02)
        raise AssertionError("the place was not given back")

    def test_a_call_without_a_deadline_gets_the_settings(
        self, stubs, metadata, npc, player, settings, llm
    ):
        settings.REQUEST_TIMEOUT, settings.ENABLE_TEMPLATE_REUSE = 1.0, False
        llm.script(answer(delay=20))
        began = time.perf_counter()
        reply = stubs.dialogue.Talk(request("Hello", player), metadata=metadata)
        assert time.perf_counter() - began < 4  # the setting is 5 s where nobody changes it
        assert reply.source == common_pb2.SOURCE_COMPOSER

    @pytest.mark.parametrize("name", ["Talk", "StreamTalk"])
    def test_nothing_hangs_longer_than_the_settings_say(
        self, stubs, metadata, npc, player, server, settings, name
    ):
        settings.REQUEST_TIMEOUT = 0.6
        call = getattr(stubs.dialogue, name)
        with in_tenant(server), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE npc_relationships IN ACCESS EXCLUSIVE MODE")
            said = request("Hello", player)
            error = refused(lambda: _drained(call(said, metadata=metadata)))
        assert error.code() == Code.DEADLINE_EXCEEDED

    def test_a_call_that_nobody_knows(self, channel, metadata, committed):
        for path in ("/aiworld.v1.Dialogue/Sing", "/aiworld.v2.Dialogue/Talk", "/x/y"):
            call = channel.unary_unary(path)
            error = refused(lambda call=call: call(b"", metadata=metadata, timeout=5))
            assert error.code() == Code.UNIMPLEMENTED


def _drained(reply):
    return list(reply) if hasattr(reply, "__next__") else reply


def test_a_turn_is_counted(talk, player, server):
    talk("Hello", player)
    talk("Where do you buy your iron?", player)
    with in_tenant(server):
        assert Conversation.objects.get().turn_count == 2


@pytest.mark.parametrize("place", ["gef\0fen", "x" * 60, "geffen\u202e"])
def test_a_place_that_is_none_does_no_harm(talk, player, server, place):
    talk("My sister Mira is ill.", player, place=common_pb2.Place(map=place))
    with in_tenant(server):
        assert Conversation.objects.get().map_name.isprintable()


def test_reflection_needs_no_key_and_shows_every_service(channel, committed):
    database = ProtoReflectionDescriptorDatabase(channel)
    names = {f"aiworld.v1.{name}" for name in ("Dialogue", "Npcs", "Server")}
    assert names <= set(database.get_services())
    file = database.FindFileContainingSymbol("aiworld.v1.Dialogue")
    assert [m.name for m in file.service[0].method] == [
        "Talk", "StreamTalk", "FetchReply", "Decide", "Remember", "Recall", "Forget", "OptOut",
    ]  # fmt: skip


class TestProcess:
    """`manage.py grpcserver` as an operator runs it."""

    @pytest.fixture
    def door(self, servers, committed, llm):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        environment = os.environ | {
            "POSTGRES_DB": connection.settings_dict["NAME"],
            "DEEPSEEK_API_BASE": llm.base_url,
            "ENABLE_TEMPLATE_REUSE": "false",
        }
        process = subprocess.Popen(
            [sys.executable, "manage.py", "grpcserver", "--port", str(port)],
            env=environment, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            grpc.channel_ready_future(channel).result(120)
            try:
                yield process, channel
            finally:
                process.kill()
                process.communicate()

    def test_health_without_a_key_and_an_end_that_lets_calls_finish(
        self, door, metadata, npc, player, llm, server
    ):
        process, channel = door
        health = health_pb2_grpc.HealthStub(channel)
        for name in ("", "aiworld.v1.Dialogue", "aiworld.v1.Npcs", "aiworld.v1.Server"):
            asked = health_pb2.HealthCheckRequest(service=name)
            reply = health.Check(asked, timeout=5, wait_for_ready=True)
            assert reply.status == health_pb2.HealthCheckResponse.SERVING
        unknown = health_pb2.HealthCheckRequest(service="aiworld.v1.Nothing")
        error = refused(lambda: health.Check(unknown, timeout=5))
        assert error.code() == Code.NOT_FOUND

        llm.script(answer("From Mjolnir.", delay=1))
        talk = channel.unary_unary(
            "/aiworld.v1.Dialogue/Talk",
            request_serializer=dialogue_pb2.TalkRequest.SerializeToString,
            response_deserializer=dialogue_pb2.TalkReply.FromString,
        )
        call = talk.future(request("Where is your iron?", player), metadata=metadata, timeout=5)
        until(lambda: llm.requests)
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert call.result().text == "From Mjolnir."
        assert process.wait(10) == 0
        assert time.monotonic() - began < 8
        with in_tenant(server):
            assert ConversationTurn.objects.count() == 1
        said = process.stderr.read()
        assert "Traceback" not in said and "Mjolnir" not in said and "iron" not in said


def test_a_port_that_is_taken_is_said_in_one_line(committed):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = subprocess.run(
            [sys.executable, "manage.py", "grpcserver", "--port", str(taken.getsockname()[1])],
            capture_output=True, text=True, timeout=30, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert "cannot listen on" in done.stderr and "Traceback" not in done.stderr


def test_calls_of_two_servers_at_once_stay_apart(
    stubs, metadata, other_key, npc, other_npc, player, server, other_server
):
    """Every reply and every row carries the canary of its own server."""
    theirs = (("x-api-key", other_key),)
    errors = []

    def speak(at):
        mine = at % 2 == 0
        said = "My horse is called Midgardsormr." if mine else "My horse is called Niflhel."
        one = common_pb2.Player(char_id=300_000 + at // 2, name="Aline")
        key = metadata if mine else theirs
        first = stubs.dialogue.Talk(request(said, one), metadata=key, timeout=10)
        second = stubs.dialogue.Talk(
            request("What did I tell you about my horse?", one), metadata=key, timeout=10
        )
        foreign = "Niflhel" if mine else "Midgardsormr"
        if foreign in first.text + second.text + str(second.recalled):
            errors.append(second)
        if not second.recalled:
            errors.append("forgotten")

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(speak, range(60)))
    assert errors == []
    for where, own in (server, "Midgardsormr"), (other_server, "Niflhel"):
        with in_tenant(where):
            assert ConversationTurn.objects.count() == 60
            texts = set(NpcMemory.objects.values_list("text", flat=True))
        assert texts and all(own in text or "tell you" in text for text in texts)
    assert threading.active_count() < 200
