"""Talks of a server whose money runs out, and what its ledger says."""

from __future__ import annotations

from decimal import Decimal

import pytest

from grpc_api.pb.aiworld.v1.common_pb2 import SOURCE_COMPOSER, SOURCE_LLM, Player
from inference.ledger.models import BudgetHold, BudgetMonth, LLMRequestCache
from npcs.models import NpcPersonality
from tenants import api_keys
from tenants import llm as own_llm
from tenants.context import in_tenant
from tenants.models import Server, ServerLLM
from tests.grpc_api.calls import request, until
from tests.llm_endpoint import LLMEndpoint, answer, status

PROMPT, ANSWER = 11, 7
"""Tokens that the endpoint says every call took."""


def players(number, first=300_000):
    return [Player(char_id=first + at, name=f"Guest {at}") for at in range(number)]


@pytest.fixture
def money(server, settings):
    """Gives the server a budget; a million tokens cost a million."""
    settings.LLM_PRICE_INPUT = settings.LLM_PRICE_OUTPUT = 1_000_000.0

    def money(amount):
        Server.objects.filter(pk=server.pk).update(monthly_budget=amount, budget_allowed=10_000_000)
        api_keys.forget_all()

    money(10_000_000)
    yield money
    Server.objects.update(monthly_budget=None, budget_allowed=None)
    api_keys.forget_all()


@pytest.fixture
def spent(server):
    def spent():
        with in_tenant(server):
            assert not BudgetHold.objects.exists(), "everything set aside is free again"
            return BudgetMonth.objects.get().spent if BudgetMonth.objects.exists() else 0

    return spent


def test_the_ledger_adds_up_with_what_the_provider_says(talk, llm, money, spent, server):
    llm.script(answer("One."), status(500), answer("Two."))
    for at, player in enumerate(players(3)):
        talk(f"Where did you hide the {at} swords?", player)
    assert spent() == 2 * (PROMPT + ANSWER)
    with in_tenant(server):
        rows = list(LLMRequestCache.objects.order_by("pk").values_list("outcome", "cost"))
    assert rows == [("ok", Decimal(18)), ("Unavailable", Decimal(0)), ("ok", Decimal(18))]


def test_without_money_no_model_is_asked_and_npcs_answer_all_the_same(
    talk, stream, llm, money, spent
):
    money(17)
    one, other = players(2)
    assert talk("Who taught you your craft?", one).source == SOURCE_COMPOSER
    assert "Mjolnir" in stream("Where is your iron from?", other)[1].text
    assert llm.requests == [] and spent() == 0


def test_many_at_once_stay_below_the_cap_together(stubs, metadata, npc, llm, money, spent):
    """The cap has room for two worst cases; each call really costs next to nothing."""
    llm.default = answer("Aye.", delay=0.5)
    stubs.dialogue.Talk(request("Who hid the crown of old?", players(1)[0]), metadata=metadata)
    longest = sum(len(each["content"].encode()) + 16 for each in llm.requests[0].body["messages"])
    llm.requests.clear()
    money(2 * (longest + 300) + 50)
    calls = [
        stubs.dialogue.Talk.future(
            request(f"Who hid the {at} crowns?", one), metadata=metadata, timeout=5
        )
        for at, one in enumerate(players(12, first=310_000))
    ]
    sources = [call.result().source for call in calls]
    assert sources.count(SOURCE_LLM) == len(llm.requests) == 2
    assert sources.count(SOURCE_COMPOSER) == 10
    assert spent() == 3 * (PROMPT + ANSWER)


def test_a_call_whose_caller_went_away_is_paid_for(stubs, metadata, npc, llm, money, server):
    llm.default = answer("Too late.", delay=3)
    said = request("Who hid the crown?", players(1)[0])
    call = stubs.dialogue.Talk.future(said, metadata=metadata, timeout=4)
    until(lambda: llm.requests)
    call.cancel()

    def outcomes():
        with in_tenant(server):
            return list(LLMRequestCache.objects.values_list("outcome", "estimated"))

    until(outcomes)
    assert outcomes() == [("hung up", True)]
    with in_tenant(server):
        assert BudgetMonth.objects.get().spent > 0 and not BudgetHold.objects.exists()


def test_a_full_npc_is_told_to_be_shorter_after_the_soft_stop(talk, llm, money, server, npc):
    with in_tenant(server):
        NpcPersonality.objects.update(ai_mode="full")
    one, other = players(2)
    talk("Who hid the crown?", one)
    with in_tenant(server):
        BudgetMonth.objects.update(spent=8_500_000)
    talk("Who hid the sceptre?", other)
    first, second = (each.body["messages"][0]["content"] for each in llm.requests)
    assert "three to six" in first and "one to three short" in second


def test_the_owners_own_model_is_asked_whatever_the_platforms_cost(
    talk, llm, money, spent, server, owner, settings
):
    money(0)
    with LLMEndpoint() as mine:
        settings.LLM_ALLOWED_PRIVATE_HOSTS = [mine.base_url.split("/")[2]]
        own_llm.choose(
            server, base_url=mine.base_url, model="mine", api_key="k", enabled=True, by=owner
        )
        try:
            assert talk("Who hid the crown?", players(1)[0]).source == SOURCE_LLM
        finally:
            ServerLLM.objects.all().delete()
            own_llm.forget_all()
    assert spent() == 0, "it runs in the operator's own network"
    with in_tenant(server):
        [call] = LLMRequestCache.objects.all()
    assert call.own and call.cost == 0 and call.prompt_tokens == PROMPT
