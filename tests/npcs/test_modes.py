"""What an NPC's mode and its rate of trust really do."""

from dataclasses import replace

import pytest

from aiworld.loops import wait_for
from npcs import mind, relationships
from npcs.dialogue import talk
from npcs.models import NpcKnowledge, NpcPersonality
from npcs.turns import Said, Thought
from tests.llm_endpoint import LLMEndpoint, answer
from tests.web.rows import make_conversation

LONG = " ".join(f"This is sentence number {at} of a long story." for at in range(60))


@pytest.fixture
def llm(settings):
    with LLMEndpoint() as endpoint:
        settings.DEEPSEEK_API_BASE = endpoint.base_url
        settings.DEEPSEEK_API_KEY = "sk-modes"
        settings.ENABLE_TEMPLATE_REUSE = False  # every line is for the model
        yield endpoint


def ask(npc, text="Where do you buy your iron?", request_id="1"):
    said = Said(
        npc_key=npc.key, char_id=1, player_name="A", text=text, request_id=request_id, language="en"
    )
    return wait_for(talk(said, seconds=5))


def set_mode(mode):
    NpcPersonality.objects.update(ai_mode=mode)


def test_an_npc_on_a_budget_never_asks_a_model(npc, inside, llm):
    set_mode("budget")
    assert ask(npc).source == "composer"
    assert llm.requests == []


async def _streamed(brief):
    return [part async for part in mind.sentences(brief, seconds=5)]


def test_nor_when_it_is_heard_sentence_by_sentence(npc, inside, llm):
    *_, last = wait_for(_streamed(replace(mind._NOBODY, mode="budget", text="Hello")))
    assert isinstance(last, Thought) and last.source == "composer" and llm.requests == []


@pytest.mark.parametrize("mode, most", [("normal", 600), ("full", 1200)])
def test_a_full_npc_may_say_twice_as_much(npc, inside, llm, mode, most):
    set_mode(mode)
    llm.script(answer(LONG))
    assert most * 0.9 < len(ask(npc).text) <= most


@pytest.mark.parametrize("mode, facts", [("normal", 12), ("full", 20)])
def test_and_is_given_more_to_say_it_from(npc, inside, llm, mode, facts):
    set_mode(mode)
    NpcKnowledge.objects.bulk_create(
        NpcKnowledge(npc=npc, text=f"The fact with the number {at}.") for at in range(30)
    )
    llm.script(answer("Yes."))
    ask(npc)
    system = llm.requests[0].body["messages"][0]["content"]
    told = system.rpartition("WHAT YOU KNOW")[2]
    assert told.count("\n- ") == facts


@pytest.mark.parametrize(
    "change, gain, wish", [(0.3, 2.0, 0.6), (0.3, 0.5, 0.15), (-0.6, 2.0, -0.6), (0, 2.0, 0)]
)
def test_only_gained_trust_is_multiplied(change, gain, wish):
    assert relationships.wished(change, gain) == pytest.approx(wish)


def test_trust_grows_by_the_npcs_own_rate_and_within_the_days_bound(npc, inside):
    NpcPersonality.objects.update(trust_gain=2.0)
    make_conversation(npc, ("Hi", "Hello"))
    first = ask(npc, "Thank you!", request_id="a")
    assert first.trust_change == pytest.approx(0.4)
    changes = [ask(npc, "Thank you!", request_id=f"b{at}").trust_change for at in range(4)]
    assert first.trust_change + sum(changes) == pytest.approx(1.0)
