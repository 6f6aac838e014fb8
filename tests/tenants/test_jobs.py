"""Work that follows a talk: outbox, relay, a real Celery worker."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from kombu import pools
from kombu.exceptions import OperationalError

from aiworld.celery import app
from aiworld.errors import Refused, Unavailable
from grpc_api.pb.aiworld.v1.common_pb2 import Place
from npcs import following
from npcs.models import Conversation, ConversationTurn, DialogueEmbedding, NpcMemory
from npcs.tasks import follow_up
from tenants import outbox
from tenants.context import in_schema, in_tenant
from tenants.models import Outbox
from tenants.tasks import relay_outbox
from tests.grpc_api.calls import request

SAID = "My sister Mira is ill."


@pytest.fixture(scope="module")
def queue():
    """A queue of this process alone: others that run tests use the same broker."""
    before, name = app.conf.task_default_queue, f"test-{uuid.uuid4().hex}"
    app.conf.task_default_queue = name
    app.__dict__.pop("amqp", None)
    yield name
    app.conf.task_default_queue = before
    app.__dict__.pop("amqp", None)


@pytest.fixture(scope="class")
def worker(queue, servers, tmp_path_factory):
    """A worker as an operator runs it; returns the file it logs to."""
    log = tmp_path_factory.mktemp("worker") / "log"
    command = [sys.executable, "-m", "celery", "-A", "aiworld", "worker", "--pool", "threads"]
    with log.open("w") as file:
        process = subprocess.Popen(
            [*command, "-c", "2", "-Q", queue, "-l", "info", "--without-mingle"],
            env=os.environ | {"POSTGRES_DB": connection.settings_dict["NAME"]},
            stdout=file, stderr=file,
        )  # fmt: skip
        try:
            until(lambda: "ready." in log.read_text(), seconds=30)
            yield log
        finally:
            process.terminate()
            process.wait(15)


@pytest.fixture
def say(stubs, metadata, npc, player):
    def say(text=SAID, **fields):
        return stubs.dialogue.Talk(request(text, player, **fields), metadata=metadata, timeout=5)

    return say


def until(condition, seconds=10.0):
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, "it never happened"
        time.sleep(0.02)


def age(rows, by=outbox.LEASE + timedelta(seconds=1)):
    rows.update(published_at=timezone.now() - by)


def facts(server):
    """Memories that are filed under what they are about."""
    with in_tenant(server):
        return list(NpcMemory.objects.exclude(subject=""))


class TestWorker:
    def test_a_talk_becomes_facts_with_vectors(self, worker, say, server):
        say(place=Place(map="geffen"))
        row = Outbox.objects.get()
        assert (row.server, row.task, row.published_at) == (server, follow_up.name, None)
        assert relay_outbox() == 1
        until(lambda: not Outbox.objects.exists())
        found = facts(server)
        assert any("Mira" in fact.text for fact in found)
        assert all(fact.embedding is not None and fact.turn_id for fact in found)
        assert {fact.place for fact in found} == {"geffen"}
        with in_tenant(server):
            assert DialogueEmbedding.objects.get().turn == ConversationTurn.objects.get()

    def test_each_server_has_its_own(self, worker, say, stubs, other_key, other_npc, player,
                                     server, other_server):  # fmt: skip
        say()
        theirs = request("My brother Olaf is ill.", player)
        stubs.dialogue.Talk(theirs, metadata=(("x-api-key", other_key),), timeout=5)
        assert relay_outbox() == 2
        until(lambda: not Outbox.objects.exists())
        mine, others = str(facts(server)), str(facts(other_server))
        assert "Mira" in mine and "Olaf" not in mine
        assert "Olaf" in others and "Mira" not in others

    def test_a_message_that_names_no_active_server_does_nothing(self, worker, say, server):
        reply = say()
        for headers in ({}, {"server_id": ""}, {"server_id": "server-0000000000000000"}):
            before = worker.read_text().count("names no active server")
            app.send_task(follow_up.name, (str(reply.conversation_id),), headers=headers)
            until(lambda before=before: _refusals(worker) > before)
        assert facts(server) == []

    def test_a_conversation_that_was_erased_is_no_failure(self, worker, say, server):
        say()
        with in_tenant(server):
            Conversation.objects.all().delete()
        relay_outbox()
        until(lambda: not Outbox.objects.exists())


def _refusals(worker):
    return worker.read_text().count("names no active server")


class TestOutbox:
    def test_one_row_waits_for_many_turns(self, say):
        say()
        say("My brother is a sailor.")
        assert Outbox.objects.count() == 1

    def test_what_is_not_worth_keeping_makes_no_work(self, say):
        say("Hello")
        assert not Outbox.objects.exists()

    def test_a_turn_that_is_not_stored_leaves_no_work(self, server):
        with in_tenant(server), pytest.raises(RuntimeError), transaction.atomic():
            outbox.add(follow_up.name, 1)
            raise RuntimeError
        assert not Outbox.objects.exists()

    def test_a_row_is_handed_to_one_of_many_relays(self, queue, say):
        say()
        with ThreadPoolExecutor(8) as pool:
            taken = list(pool.map(lambda _: _take(), range(8)))
        assert sorted(map(len, taken)) == [0] * 7 + [1]

    def test_a_row_that_was_lost_is_handed_over_again_until_it_is_a_dead_letter(self, queue, say):
        say()
        for attempt in range(1, outbox.MAX_ATTEMPTS + 1):
            assert relay_outbox() == 1
            assert relay_outbox() == 0  # the lease runs
            assert Outbox.objects.get().attempts == attempt
            age(Outbox.objects)
        assert relay_outbox() == 0
        assert outbox.in_state(Outbox.objects.all(), "dead letter").count() == 1
        assert outbox.state(Outbox.objects.get()) == "dead letter"

    def test_a_dead_letter_can_be_handed_over_again(self, queue, say):
        say()
        Outbox.objects.update(attempts=outbox.MAX_ATTEMPTS)
        age(Outbox.objects)
        assert outbox.hand_over_again(Outbox.objects.all()) == 1
        assert relay_outbox() == 1

    def test_the_work_of_a_suspended_server_waits_for_its_return(self, queue, say, server):
        say()
        type(server).objects.filter(pk=server.pk).update(status="suspended")
        assert relay_outbox() == 0
        assert Outbox.objects.get().attempts == 0
        type(server).objects.filter(pk=server.pk).update(status="active")
        assert relay_outbox() == 1

    def test_a_row_that_names_no_task_keeps_nobody_waiting(self, queue, say, server):
        Outbox.objects.create(server=server, task="npcs.tasks.gone", subject="1")
        say()
        relay_outbox()
        assert Outbox.objects.filter(published_at__isnull=False).count() == 2

    def test_the_door_needs_no_broker_and_the_work_waits_for_it(self, queue, say):
        broker = app.conf.broker_write_url
        try:
            _point_at("redis://127.0.0.1:1/0")
            assert say().text
            with pytest.raises(OperationalError):
                relay_outbox()
        finally:
            _point_at(broker)
        row = Outbox.objects.get()
        assert (row.published_at, row.attempts) == (None, 0)
        assert relay_outbox() == 1


def _take():
    try:
        return outbox.take(10)
    finally:
        connection.close()


def _point_at(url):
    app.conf.broker_write_url = url
    pools.reset()
    app._pool = None
    app.amqp._producer_pool = None


class TestTask:
    """In this process, so that its queries can be counted."""

    def test_without_a_server_it_is_refused_before_any_query(self, say, server):
        reply = say()
        connection.ensure_connection()
        with CaptureQueriesContext(connection) as queries, pytest.raises(Refused):
            follow_up(str(reply.conversation_id))
        assert [each["sql"] for each in queries if "search_path" not in each["sql"]] == []

    def test_of_a_suspended_server_it_is_refused_before_its_schema_is_entered(self, say, server):
        reply = say()
        type(server).objects.filter(pk=server.pk).update(status="suspended")
        headers = {"server_id": server.server_id}
        with CaptureQueriesContext(connection) as queries:
            result = follow_up.apply((str(reply.conversation_id),), headers=headers)
        assert isinstance(result.result, Refused)
        assert not any(server.schema_name in query["sql"] for query in queries)

    def test_twice_changes_nothing_twice(self, say, server):
        reply = say()
        with in_tenant(server):
            following.extract(reply.conversation_id)
            assert facts(server)
            before = _rows()
            assert following.extract(reply.conversation_id) == 0
            Conversation.objects.update(extracted_turn_id=0)  # as if the first had been killed
            following.extract(reply.conversation_id)
            assert _rows() == before

    def test_twice_at_once_changes_nothing_twice(self, say, server):
        reply = say()
        with ThreadPoolExecutor(6) as pool:
            list(pool.map(lambda _: _extract(server, reply.conversation_id), range(6)))
        with in_tenant(server):
            texts = list(NpcMemory.objects.values_list("text", flat=True))
            assert len(texts) == len(set(texts))
            assert DialogueEmbedding.objects.count() == 1

    def test_with_the_encoder_away_nothing_is_half_done(self, say, server, settings):
        reply = say()
        settings.INFERENCE_BACKEND, settings.INFERENCE_SOCKET = "remote", "/nowhere/socket"
        with in_tenant(server):
            with pytest.raises(Unavailable):
                following.extract(reply.conversation_id)
            assert not DialogueEmbedding.objects.exists()
            settings.INFERENCE_BACKEND = "fake"
            following.extract(reply.conversation_id)
            assert DialogueEmbedding.objects.count() == 1
        assert facts(server)


def _rows():
    return [
        *NpcMemory.objects.order_by("pk").values_list("pk", "text"),
        *DialogueEmbedding.objects.values_list("pk", "turn_id"),
    ]


def _extract(server, conversation_id):
    try:
        with in_tenant(server):
            following.extract(conversation_id)
    finally:
        connection.close()


def test_the_outbox_is_read_in_public(server, say):
    say()
    with in_schema():
        assert Outbox.objects.count() == 1
