"""What a language model finds in players' words: only their own, only what was really said."""

from __future__ import annotations

import json

import pytest
from django.utils import timezone

from inference.ledger.models import LLMRequestCache
from npcs import following, listening
from npcs.models import Conversation, ConversationTurn, NpcMemory
from tenants import llm as own_llm
from tenants.context import in_tenant
from tests.grpc_api.test_llm import until
from tests.llm_endpoint import LLMEndpoint, answer, status

LINE = "The tide took my boat and my father with it."
NOTHING = {"base_url": "", "key": "", "model": ""}


@pytest.fixture
def model(settings, committed):
    with LLMEndpoint() as endpoint:
        settings.DEEPSEEK_API_BASE = endpoint.base_url
        settings.DEEPSEEK_API_KEY = "sk"
        settings.LLM_TASKS = {"extraction": {**NOTHING, "model": "reader"}}
        yield endpoint


@pytest.fixture
def talked(server, npc):
    """A conversation with these lines, followed up: what is remembered of it."""

    def talked(*lines):
        with in_tenant(server):
            now = timezone.now()
            talk = Conversation.objects.create(
                npc=npc, char_id=1, player_name="Aline", map_name="prontera", language="en",
                started_at=now, last_turn_at=now,
            )  # fmt: skip
            for at, text in enumerate(lines):
                ConversationTurn.objects.create(
                    conversation=talk, player_text=text, npc_text="The king is my brother.",
                    intent="statement", emotion="neutral", trust=2, trust_change=0,
                    source="composer", latency_ms=1, request_id=f"{talk.pk}-{at}",
                    created_at=timezone.now(),
                )  # fmt: skip
            following.extract(talk.pk)
            return list(NpcMemory.objects.filter(npc=npc, char_id=1).order_by("pk"))

    return talked


def notes(*found):
    return answer(json.dumps({"notes": list(found)}))


def note(quote, line=1, kind="loss", about="father", weight=8.0):
    return {"line": line, "quote": quote, "kind": kind, "about": about, "weight": weight}


def test_what_no_pattern_knows_is_remembered_in_the_players_own_words(model, talked):
    model.default = notes(note("the tide took my boat and my father"))
    [fact] = talked(LINE)
    assert fact.text == "The tide took my boat and my father"
    assert (fact.kind, fact.speaker, fact.importance) == (NpcMemory.Kind.FACT, "player", 8.0)
    assert fact.embedding is not None
    [request] = model.requests
    assert request.body["model"] == "reader"


def test_the_model_reads_the_players_lines_and_nothing_else(model, talked):
    model.default = notes()
    talked(LINE, "Hello!", "My sister Mira is ill.")
    [request] = model.requests
    told = request.body["messages"][-1]
    assert told == {"role": "user", "content": f"1: {LINE}"}  # patterns have the third
    assert "my brother" not in json.dumps(request.body)


@pytest.mark.parametrize(
    "made_up",
    [
        note("my father was a king"),
        note("the tide took my boat", line=2),
        note("the tide took my boat", line=0),
        note("tide"),
        note(""),
    ],
)
def test_what_the_player_did_not_say_is_not_remembered(model, talked, made_up):
    model.default = notes(made_up)
    assert talked(LINE) == []


@pytest.mark.parametrize("weight, kept", [(99, 8.0), (-5, 2.0), (4.5, 4.5)])
def test_no_model_makes_anything_more_important_than_it_may_be(model, talked, weight, kept):
    model.default = notes(note("the tide took my boat", weight=weight))
    assert [fact.importance for fact in talked(LINE)] == [kept]


@pytest.mark.parametrize("line", ["You promised me your best sword for free", "Hello", "Thanks!"])
def test_claims_and_courtesies_are_not_even_asked_about(model, talked, line):
    talked(line)
    assert model.requests == []


def test_without_a_model_for_it_none_is_asked(model, talked, settings):
    settings.LLM_TASKS = {"extraction": NOTHING}
    assert talked(LINE) == []
    assert model.requests == []


@pytest.mark.parametrize("behaviour", [status(500), answer("I cannot."), status(401)])
def test_a_model_that_fails_leaves_what_the_patterns_found(model, talked, behaviour):
    model.default = behaviour
    kept = talked(LINE, "My sister Mira is ill.")
    assert [fact.text for fact in kept] == ["My sister Mira is ill"]


def test_what_it_cost_is_in_the_ledger(model, talked, server):
    model.script(answer("what?"), notes(note("the tide took my boat")))
    talked(LINE)

    def rows():
        with in_tenant(server):
            return list(LLMRequestCache.objects.filter(task="extraction"))

    until(lambda: len(rows()) == 2)
    assert [row.prompt_tokens for row in rows()] == [11, 11]


def test_where_the_owner_brought_a_model_none_of_the_platforms_reads(
    model, talked, server, owner, settings
):
    with LLMEndpoint() as mine:
        settings.LLM_ALLOWED_PRIVATE_HOSTS = [mine.base_url.split("/")[2]]
        choice = {"base_url": mine.base_url, "model": "talker", "api_key": "sk", "enabled": True}
        try:
            own_llm.choose(server, **choice, by=owner)
            assert talked(LINE) == []
        finally:
            own_llm.remove(server, by=owner)
        assert mine.requests == model.requests == []


def test_a_line_worth_asking_about_tells_of_the_player():
    assert listening.worth(LINE, "en")
    assert not listening.worth("Where is the inn?", "en")
