from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from npcs import reading, recording, turn_store
from npcs.models import Conversation, ConversationTurn, NpcMemory, PlayerStanding
from npcs.models.relationship import FIRST_TRUST, NpcRelationship
from npcs.turns import Said, Scene, Thought
from tenants import statements
from tenants.context import in_tenant


def read(npc, request_id, text="hello"):
    said = Said(
        npc_key=npc.key, char_id=7, player_name="Aline", text=text, request_id=request_id
    )  # fmt: skip
    scene = reading.scene(said)
    assert isinstance(scene, Scene)
    return scene


def answer(scene, **fields):
    given = {"text": "Well met.", "emotion": "neutral", "intent": "thanks", "source": "cache"}
    return recording.record(scene, Thought(**(given | fields)), latency_ms=1)


@pytest.fixture
def sent(monkeypatch):
    """The statements that were written while it is looked at."""
    found = []

    def rows(sql, values):
        found.append(sql)
        return statements.rows(sql, values)

    monkeypatch.setattr(turn_store, "rows", rows)
    return found


def test_a_turn_is_one_statement(npc, inside, sent):
    first, second = read(npc, "1", "thanks"), None
    answer(first)
    second = read(npc, "2", "thanks")
    answer(second)
    assert sent == [turn_store.FIRST, turn_store.ON]
    row, talk = NpcRelationship.objects.get(), Conversation.objects.get()
    assert (row.talks, row.last_met_at, row.player_name) == (2, second.now, "Aline")
    assert row.trust > FIRST_TRUST and row.last_reason
    assert (talk.turn_count, talk.last_turn_at) == (2, second.now)
    stored = list(ConversationTurn.objects.order_by("pk").values_list("trust", "trust_change"))
    assert stored[1][0] == pytest.approx(row.trust)
    assert row.trust_moved == pytest.approx(sum(change for _, change in stored))
    assert PlayerStanding.objects.get(char_id=7).told_at == first.now


def test_after_a_while_a_new_conversation_begins(npc, inside, sent):
    answer(read(npc, "1"))
    Conversation.objects.update(last_turn_at=read(npc, "x").now - timedelta(days=1))
    answer(read(npc, "2"))
    assert sent[1] == turn_store.AGAIN
    assert sorted(Conversation.objects.values_list("turn_count", flat=True)) == [1, 1]
    assert NpcRelationship.objects.get().talks == 2


def test_what_changed_meanwhile_is_not_overwritten(npc, inside, sent):
    answer(read(npc, "1"))
    late = read(npc, "2", "thanks")
    NpcRelationship.objects.update(trust=8.0)
    reply = answer(late)
    assert sent[1:] == [turn_store.ON, turn_store.ON, turn_store.LOCKED_ON]
    assert reply.trust == NpcRelationship.objects.get().trust == pytest.approx(8.0, abs=1)
    assert ConversationTurn.objects.count() == 2


def test_two_that_meet_an_npc_at_once_both_count(npc, inside):
    one, other = read(npc, "1"), read(npc, "2")
    answer(one)
    answer(other)
    assert NpcRelationship.objects.get().talks == ConversationTurn.objects.count() == 2


def test_a_conversation_that_was_deleted_meanwhile_begins_anew(npc, inside):
    answer(read(npc, "1"))
    late = read(npc, "2")
    Conversation.objects.all().delete()
    answer(late)
    assert Conversation.objects.get().turn_count == 1
    assert NpcRelationship.objects.get().talks == 2


def test_a_player_who_was_forgotten_meanwhile_is_met_anew(npc, inside):
    answer(read(npc, "1"))
    late = read(npc, "2")
    NpcRelationship.objects.all().delete()
    answer(late)
    assert NpcRelationship.objects.get().talks == 1
    assert ConversationTurn.objects.count() == 2


def test_the_same_request_twice_is_one_turn(npc, inside):
    one, other = read(npc, "1"), read(npc, "1")
    first, second = answer(one), answer(other, text="Something else.")
    assert second.repeated and second.text == first.text
    assert NpcRelationship.objects.get().talks == ConversationTurn.objects.count() == 1


def test_a_memory_comes_with_its_turn(npc, inside):
    reply = answer(read(npc, "1", "My sister Mira is ill."), intent="statement")
    assert NpcMemory.objects.get().turn_id == reply.turn_id


def test_many_at_once_are_all_counted(npc, server):
    def one(number):
        try:
            with in_tenant(server):
                answer(read(npc, str(number)))
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(24)))
    with in_tenant(server):
        assert NpcRelationship.objects.get().talks == ConversationTurn.objects.count() == 24
        assert sum(Conversation.objects.values_list("turn_count", flat=True)) == 24
