"""Agents with a path of their own: the owner's switch and bound hold on the path itself, a talk
pays no statement for it, and what was done is accounted for once."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agents import gate, runner, undoing
from agents.catalogue import spec_of
from agents.catalogue.core import gather_offer
from agents.models import AgentRun, AgentSetting
from agents.runner import Order
from aiworld.errors import Conflict, Invalid, NotFound, OverQuota, SwitchedOff
from aiworld.loops import wait_for
from inference.ledger.models import LLMRequestCache
from npcs import dialogue, gates, memory, tasks
from npcs.models import ConversationTurn, NpcDecision, NpcMemory
from npcs.turns import Said
from quests import life, offering
from quests.life import Taker
from quests.models import DynamicQuest
from tenants.context import in_tenant
from tests.agents.test_economy import run
from tests.conftest import make_npc
from world.models import PlayerProfile

OWN = ("dialogue", "decision", "memory", "quest")
KEY = "prontera/Brannoc#town"


@pytest.fixture
def smith(npc, server):
    with in_tenant(server):
        make_npc("prontera/Dora", x=150, y=170, role="merchant")
        yield npc


def choose(agent, **fields):
    AgentSetting.objects.update_or_create(agent=agent, defaults=fields)
    gate.forget()


def talk(text="Good day!"):
    said = Said(npc_key=KEY, char_id=1, player_name="Aline", text=text,
                request_id=uuid.uuid4().hex)  # fmt: skip
    return wait_for(dialogue.talk(said, seconds=5))


def decided():
    asked = {"situation": "A thief runs past.", "options": ["Stop him.", "Look away."]}
    return run("decision", subject=KEY, window=uuid.uuid4().hex, **asked)


def asks_for_work(char_id=1):
    return offering.known(
        offering.Asked(npc_key=KEY, char_id=char_id, player_name="Aline", level=30)
    )


def test_a_talk_is_refused_while_the_owner_has_dialogue_off(smith):
    choose("dialogue", is_on=False)
    with pytest.raises(SwitchedOff, match="dialogue is switched off"):
        talk()
    assert not ConversationTurn.objects.exists()
    choose("dialogue", is_on=True)
    assert talk().text


def test_a_talk_is_refused_above_the_owners_bound_and_a_repeat_is_not(smith):
    choose("dialogue", most_a_day=2)
    said = Said(npc_key=KEY, char_id=1, player_name="A", text="Hello", request_id="r1")
    first = wait_for(dialogue.talk(said, seconds=5))
    talk()
    for _ in range(2):
        with pytest.raises(OverQuota):
            talk()
    assert wait_for(dialogue.talk(said, seconds=5)).text == first.text
    gate.forget()  # another process counts the same
    with pytest.raises(OverQuota):
        talk()


def test_what_the_owner_chose_costs_a_talk_no_statement(smith):
    choose("dialogue", most_a_day=1_000)
    gates.check("dialogue")
    with CaptureQueriesContext(connection) as asked:
        for _ in range(20):
            gates.check("dialogue")
    assert len(asked) == 0


def test_decisions_offers_and_tidying_up_are_the_owners_too(smith):
    assert decided().output["chosen"]
    assert not isinstance(asks_for_work(), DynamicQuest)
    for agent in ("decision", "quest", "memory"):
        choose(agent, is_on=False)
    with pytest.raises(SwitchedOff):
        asks_for_work()
    with pytest.raises(SwitchedOff):
        decided()
    assert tasks.consolidate_memories() == {"set_aside": 0, "noticed": 0, "forgotten": 0}
    choose("quest", is_on=True)
    assert asks_for_work()


def test_an_npc_that_may_offer_nothing_talks_on(smith):
    choose("quest", is_on=False)
    assert talk("Do you have work for me?").text
    assert not DynamicQuest.objects.exists()


def test_an_account_counts_what_was_done_since_the_last_one(smith):
    talk()
    talk("Where is the inn?")
    LLMRequestCache.objects.create(task="dialogue", provider="p", model="m", cost="0.5")
    first = run("dialogue", window="a")
    assert (first.output["number"], sum(first.output["by_source"].values())) == (2, 2)
    row = AgentRun.objects.get(agent="dialogue")
    assert (float(row.cost), row.undoable) == (0.5, False)
    talk()
    second = run("dialogue", window="b")
    assert second.output["number"] == 1
    assert second.output["since"] == first.output["until"]
    decided()
    assert run("decision", window="a").output["number"] == 1


def test_a_line_by_hand_is_rehearsed_and_stored_nowhere(smith):
    done = run("dialogue", subject=KEY, text="What does a good edge cost?")
    assert "800" in done.output["text"]
    assert not ConversationTurn.objects.exists() and not NpcMemory.objects.exists()


def test_work_by_hand_is_an_offer_like_any_other(smith):
    PlayerProfile.objects.create(char_id=1, name="Aline", base_level=20)
    done = run("quest", subject=KEY, char_id=1)
    assert AgentRun.objects.get().params == {"char_id": 1}
    assert gather_offer(KEY, {"char_id": 1})["name"] == "Aline", "as the server knows them"
    quest = DynamicQuest.objects.get()
    assert (done.output["quest_id"], done.output["title"]) == (quest.pk, quest.title)
    assert run("quest", window="a").output["number"] == 1
    again = run("quest", subject=KEY, window="b", char_id=1)
    assert (again.output["quest_id"], again.output["repeated"]) == (quest.pk, True)
    assert undoing.undo(again.run_id) == 0  # it made nothing
    life.accept(quest.pk, Taker(char_id=1), now=timezone.now())
    with pytest.raises(Conflict, match="a player has taken it"):
        undoing.undo(done.run_id)


def test_who_takes_an_account_back_is_told_why_not(smith):
    for agent in OWN:
        done = run(agent)
        with pytest.raises(Conflict, match="pair by pair" if agent == "memory" else "counted"):
            undoing.undo(done.run_id)


def test_a_run_of_memory_sets_doubles_aside(smith):
    for at in range(3):
        memory.remember(npc_key=KEY, char_id=1, player_name="A", text="My sister Mira is ill.",
                        request_id=f"m{at}")  # fmt: skip
    done = run("memory")
    assert (done.output["number"], done.output["set_aside"]) == (3, 2)


@pytest.mark.parametrize(
    "agent, subject, asked, error",
    [
        ("dialogue", KEY, {}, Invalid),
        ("dialogue", KEY, {"text": "x", "gold": 1}, Invalid),
        ("dialogue", "prontera/Nobody", {"text": "Hello"}, NotFound),
        ("decision", KEY, {"situation": "x", "options": ["a"]}, Invalid),
        ("quest", KEY, {"char_id": 0}, Invalid),
        ("memory", KEY, {}, Invalid),
        ("karma", "nobody", {"deed": "help"}, Invalid),
        ("karma", "1", {"deed": "help", "weight": "a lot"}, Invalid),
    ],
    ids=str,
)
def test_what_cannot_be_understood_is_refused(smith, agent, subject, asked, error):
    with pytest.raises(error):
        run(agent, subject=subject, **asked)


@pytest.mark.parametrize("agent", OWN)
def test_its_row_tells_the_truth(agent):
    spec = spec_of(agent)
    assert spec.own_way and spec.asks_model and list(spec.subjects()) == ["everybody"]
    with pytest.raises(NotImplementedError):
        spec.decide({}, None)


def test_rules_alone_are_asked_where_the_owner_says_so(smith):
    order = Order(agent="dialogue", subject=KEY, window="w", cause="person", params={"text": "Hi"})
    assert wait_for(runner.run(order, with_model=False)).source == "composer"
    assert not LLMRequestCache.objects.exists()
    assert NpcDecision.objects.count() == 0
