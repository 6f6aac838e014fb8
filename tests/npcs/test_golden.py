"""A recorded talk tells whether the character is still itself."""

import json
import uuid
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from aiworld.errors import Conflict, Invalid
from aiworld.loops import wait_for
from npcs import dialogue, golden
from npcs.models import (
    Conversation,
    ConversationTurn,
    GoldenConversation,
    GoldenRun,
    NpcKnowledge,
    NpcMemory,
)
from npcs.tasks import run_golden
from npcs.turns import Said
from tenants.context import in_schema
from tenants.models import Outbox

pytestmark = pytest.mark.usefixtures("inside")
LINES = ("Good day!", "Where do you buy your iron?", "What does an edge cost?")


def talk(npc, *lines, name="Aline"):
    for text in lines:
        said = Said(
            npc_key=npc.key, char_id=150_001, player_name=name, text=text,
            request_id=str(uuid.uuid4()), language="en",
        )  # fmt: skip
        wait_for(dialogue.talk(said, seconds=5))
    return Conversation.objects.get()


@pytest.fixture
def kept(npc):
    return golden.record(talk(npc, *LINES), name="smith", by="owner")


def test_a_character_that_did_not_change_passes(kept):
    run = golden.run_now(kept, by="test")
    assert run.passed, run.lines
    assert (run.language, run.safety) == (1, 1)
    assert run.persona > 0.8
    assert [line["player"] for line in run.lines] == list(LINES)


def test_a_run_stores_nothing_but_its_result(kept):
    turns, memories = ConversationTurn.objects.count(), NpcMemory.objects.count()
    golden.run_now(kept, by="test")
    assert (ConversationTurn.objects.count(), NpcMemory.objects.count()) == (turns, memories)


def test_a_character_that_forgot_what_it_knew_fails(kept, npc):
    NpcKnowledge.objects.filter(npc=npc).delete()
    run = golden.run_now(kept, by="test")
    assert not run.passed
    assert run.persona < kept.least or min(line["persona"] for line in run.lines) < 0.6


def test_a_secret_that_slipped_out_fails_it(kept, npc, monkeypatch):
    told = "I hid the lost king's crown under the anvil."
    composed = golden.rehearsal.mind.composed
    monkeypatch.setattr(
        golden.rehearsal.mind, "composed",
        lambda brief: golden_thought(composed(brief), told),
    )  # fmt: skip
    run = golden.run_now(kept, by="test")
    assert run.safety == 0 and not run.passed
    assert "withheld" in run.lines[0]["why"][-1]


def test_an_answer_to_another_question_gets_a_hint(kept, monkeypatch):
    told = "Seven."
    composed = golden.rehearsal.mind.composed
    monkeypatch.setattr(
        golden.rehearsal.mind, "composed",
        lambda brief: golden_thought(composed(brief), told),
    )  # fmt: skip
    monkeypatch.setattr(
        golden.client,
        "embed_now",
        lambda texts: [[float(t == told), float(t != told)] for t in texts],
    )
    lines = golden.run_now(kept, by="test").lines
    assert all(any("coherence" in why for why in line["why"]) for line in lines)


def golden_thought(thought, text):
    return type(thought)(**{**vars(thought), "text": text})


def test_the_player_s_name_and_what_is_remembered_of_them_stay_out(npc):
    record = talk(npc, "My name is Aline and my sister Mira is ill", *LINES[1:])
    ConversationTurn.objects.filter(player_text__contains="Mira").update(memories_used=[1])
    kept = golden.record(record, name="smith", by="owner")
    assert "Aline" not in json.dumps(kept.lines)
    assert "Mira" not in json.dumps(kept.lines)
    assert len(kept.lines) == 2


def test_a_talk_of_which_nothing_is_left_is_not_kept(npc):
    record = talk(npc, "Good day!")
    ConversationTurn.objects.update(spoken_by="gm")
    with pytest.raises(Invalid, match="nothing in this talk"):
        golden.record(record, name="x", by="owner")


def test_it_is_erased_with_the_conversation_it_is_from(kept):
    golden.run_now(kept, by="test")
    Conversation.objects.all().delete()
    assert not GoldenConversation.objects.exists()
    assert not GoldenRun.objects.exists()


def test_a_run_asked_for_is_handed_to_a_worker_once(kept, inside):
    run = golden.ask(kept, by="owner")
    with pytest.raises(Conflict):
        golden.ask(kept, by="owner")
    with in_schema():
        assert Outbox.objects.filter(task=golden.TASK, subject=str(run.pk)).count() == 1
    assert run_golden.name == golden.TASK
    assert golden.perform(run.pk) is True
    assert golden.perform(run.pk) is None
    golden.ask(kept, by="owner")


def test_the_command_says_what_passed_and_fails_with_what_did_not(kept, npc, server):
    out = StringIO()
    call_command("golden", "--server", server.server_id, stdout=out)
    assert "passed" in out.getvalue() and npc.key in out.getvalue()
    NpcKnowledge.objects.filter(npc=npc).delete()
    kept.least = 0.95
    kept.save()
    with pytest.raises(CommandError, match="1 of 1"):
        call_command("golden", "--server", server.server_id, "--json", stdout=out)


def test_the_command_records(npc, server):
    record, out = talk(npc, *LINES), StringIO()
    call_command("golden", "--server", server.server_id, "--record", record.pk, stdout=out)
    assert GoldenConversation.objects.get().conversation == record
