"""What a language model finds in a talk that is over: flagged for staff, and nothing else."""

from __future__ import annotations

import json
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from npcs import reviewing, tasks
from npcs.models import Conversation, NpcRelationship, TurnFlag
from tenants import llm as own_llm
from tenants.context import in_tenant
from tests.llm_endpoint import LLMEndpoint, answer, status
from tests.web.rows import make_conversation

NOTHING = {"base_url": "", "key": "", "model": ""}
NASTY = "Nobody would miss you if you logged off for good."


@pytest.fixture
def model(settings, committed):
    with LLMEndpoint() as endpoint:
        settings.DEEPSEEK_API_BASE = endpoint.base_url
        settings.DEEPSEEK_API_KEY = "sk"
        settings.LLM_TASKS = {"moderation": {**NOTHING, "model": "watcher"}}
        yield endpoint


@pytest.fixture
def talk(server, npc):
    with in_tenant(server):
        return make_conversation(
            npc, ("Good day!", "Good day to you."), (NASTY, "Hm."), minutes_ago=10
        )


def findings(*found):
    return answer(json.dumps({"findings": list(found)}))


def finding(line=3, quote="nobody would miss you", kind="harassment"):
    return {"line": line, "quote": quote, "kind": kind}


def look(server):
    with in_tenant(server):
        return reviewing.review(time.monotonic() + 30)


def flags(server):
    with in_tenant(server):
        return list(TurnFlag.objects.values_list("reason", "note", "flagged_by"))


def test_what_it_finds_is_flagged_with_the_words_it_is_about(model, server, talk):
    model.default = findings(finding())
    assert look(server) == 1
    assert flags(server) == [("suspected", "harassment: nobody would miss you", "")]
    with in_tenant(server):
        assert TurnFlag.objects.get().turn.player_text == NASTY
    [request] = model.requests
    assert request.body["model"] == "watcher"
    told = request.body["messages"][-1]["content"].splitlines()
    assert told == [
        "1: player: Good day!", "2: character: Good day to you.",
        f"3: player: {NASTY}", "4: character: Hm.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "made_up",
    [finding(quote="I will kill you"), finding(line=9), finding(line=0), finding(quote="")],
)
def test_what_was_not_said_is_not_flagged(model, server, talk, made_up):
    model.default = findings(made_up)
    assert look(server) == 0 and flags(server) == []


def test_each_turn_is_looked_through_once(model, server, npc, talk):
    model.default = findings()
    assert (look(server), look(server)) == (0, 0)
    assert len(model.requests) == 1
    with in_tenant(server):
        Conversation.objects.update(last_turn_at=timezone.now() - timedelta(minutes=5))
    look(server)
    assert len(model.requests) == 1


@pytest.mark.parametrize("behaviour", [status(500), answer("I cannot."), status(401)])
def test_a_model_that_fails_changes_nothing_and_is_not_asked_again(model, server, talk, behaviour):
    model.default = behaviour
    look(server)
    asked = len(model.requests)
    assert look(server) == 0 and flags(server) == [] and len(model.requests) == asked


def test_a_talk_that_goes_on_is_left_alone(model, server, npc):
    with in_tenant(server):
        make_conversation(npc, (NASTY, "Hm."), minutes_ago=0)
    look(server)
    assert model.requests == []


def test_it_moves_no_trust_and_mails_nobody(model, server, talk, mailoutbox):
    model.default = findings(finding())
    with in_tenant(server):
        before = list(NpcRelationship.objects.values())
    look(server)
    with in_tenant(server):
        assert list(NpcRelationship.objects.values()) == before
    assert mailoutbox == []


def test_without_a_model_for_it_none_is_asked(model, server, talk, settings):
    settings.LLM_TASKS = {"moderation": NOTHING}
    assert tasks.review_talks() == 0
    assert model.requests == []


def test_the_owners_model_looks_where_they_named_one(model, server, owner, talk, settings):
    with LLMEndpoint() as mine:
        settings.LLM_ALLOWED_PRIVATE_HOSTS = [mine.base_url.split("/")[2]]
        choice = {"base_url": mine.base_url, "model": "talker", "api_key": "sk", "enabled": True}
        mine.default = findings(finding())
        try:
            own_llm.choose(server, **choice, by=owner)
            assert look(server) == 0 and mine.requests == []
            own_llm.choose(server, **choice, models={"moderation": "mine"}, by=owner)
            assert tasks.review_talks() == 1
        finally:
            own_llm.remove(server, by=owner)
        assert [each.body["model"] for each in mine.requests] == ["mine"]
        assert model.requests == []
