"""The money language models may cost a server in a month."""

from __future__ import annotations

import asyncio
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from inference.checks import prices_are_known
from inference.generation import Call
from inference.ledger.models import BudgetHold, BudgetMonth, UsageDay
from inference.prices import Seller, price, price_of_call
from npcs import asking, budget, usage
from npcs.budget import Spent, Step
from npcs.tasks import tell_of_budget
from npcs.turns import Receipt
from tenants import budgets
from tenants.context import in_schema, in_tenant
from tenants.llm import Terms
from tenants.models import AuditEntry, Outbox, Server

CENT = Decimal("0.01")


@pytest.fixture
def cap(server, settings):
    """Gives the server a budget of this many cents."""
    settings.LLM_PRICE_INPUT, settings.LLM_PRICE_OUTPUT = 10.0, 30.0

    def cap(cents):
        server.monthly_budget = cents * CENT
        with in_schema():
            Server.objects.filter(pk=server.pk).update(monthly_budget=server.monthly_budget)

    yield cap
    server.monthly_budget = server.budget_allowed = None
    with in_schema():
        Server.objects.update(monthly_budget=None, budget_allowed=None, budget_soft_percent=80)


def hold(cents, *, task="dialogue", mode="normal", trust=0.0, seconds=5.0):
    return budget.hold(cents * CENT, task, seconds, mode, trust)


def spent(server, terms=None):
    return budget.standing(server, timezone.now(), terms).spent


def call(tokens, model="m"):
    return Call(provider="p", model=model, prompt_digest="0", prompt_tokens=tokens)


def at(model, host="api.example.com"):
    return price(Seller(host, model))


@given(
    used=st.decimals(0, 200, places=2), soft=st.integers(10, 99), cap=st.decimals(1, 100, places=2)
)
def test_steps_come_one_after_the_other(used, soft, cap):
    step = budget.step_at(used, cap, soft)
    percent = 100 * used / cap
    assert (step == Step.CLOSED) == (percent >= 100)
    assert (step == Step.OPEN) == (percent < soft and percent < 100)
    assert budget.step_at(used + 1, cap, soft) >= step
    assert soft <= budget.sparing_percent(soft) < 100


def test_what_each_step_takes_away():
    def allowed(step, task="dialogue", mode="normal", trust=0.0):
        return budget.may_ask(step, task=task, mode=mode, trust=trust)

    assert allowed(Step.OPEN, task="extraction") and not allowed(Step.CHEAPER, task="extraction")
    assert allowed(Step.CHEAPER) and not allowed(Step.SPARING)
    assert allowed(Step.SPARING, mode="full") and allowed(Step.SPARING, trust=5.0)
    assert not allowed(Step.CLOSED, mode="full", trust=10.0)


@given(st.text(max_size=200), st.integers(0, 220))
def test_the_worst_case_is_above_what_a_call_can_cost(text, written):
    """A tokenizer makes a token of a byte at the smallest."""
    django_settings.LLM_PRICES = {"dear": {"input": 3, "output": 9}}
    try:
        messages = [{"role": "user", "content": text}]
        dear = Seller("api.example.com", "dear-1")
        real = price(dear).of(len(text.encode()) + 8, written)
        assert real <= budget.worst(messages, [price(dear)], task="dialogue")
    finally:
        django_settings.LLM_PRICES = {}


def test_the_longest_listed_name_sets_the_price_and_cached_tokens_cost_less(settings):
    settings.LLM_PRICES = {
        "deep": {"input": 1, "output": 1},
        "deepseek-chat": {"input": 2, "cached": 0.5, "output": 8},
    }
    settings.LLM_PRICE_INPUT = 7.0
    assert at("deepseek-chat-2").of(1_000_000, 0) == 2
    assert at("deepseek-chat").of(1_000_000, 1_000_000, 600_000) == Decimal("9.1")
    assert at("deeper").of(0, 1_000_000) == 1
    assert at("other").of(1_000_000, 0) == 7
    assert at("other").source == "common" and at("deep").source == "listed"


@pytest.mark.parametrize(
    ("model", "host", "source"),
    [
        ("deepseek-chat", "api.deepseek.com", "known"),
        ("gpt-4o-mini-2024-07-18", "api.openai.com", "known"),
        ("gpt-4o-audio-preview", "api.openai.com", "assumed"),
        ("deepseek-chat", "reseller.example.com", "assumed"),
        ("deepseek-chat", "api.notdeepseek.com", "assumed"),
        ("anything", "api.example.com", "assumed"),
        ("anything", "8.8.8.8", "assumed"),
        ("llama3.2:3b", "127.0.0.1", "own network"),
        ("llama3.2:3b", "::1", "own network"),
        ("gpt-oss:20b", "192.168.7.3", "own network"),
        ("qwen3", "ollama", "own network"),
        ("qwen3", "gpu.lan", "own network"),
        ("openai/gpt-5.4", "127.0.0.1", "assumed"),
        ("claude-opus", "litellm", "assumed"),
    ],
)
def test_without_an_operators_price_only_ones_own_network_is_free(model, host, source):
    found = at(model, host)
    assert found.source == source
    assert (found.of(1, 1) == 0) == (source == "own network")
    assert bool(found.month) == (source == "known")


def test_an_operator_may_say_that_a_model_is_free(settings):
    settings.LLM_PRICE_INPUT = settings.LLM_PRICE_OUTPUT = settings.LLM_PRICE_CACHED = 0.0
    assert at("anything").of(1_000_000, 1_000_000) == 0
    settings.LLM_PRICE_OUTPUT = None
    assert at("anything").of(1_000_000, 0) == 0 < at("anything").of(0, 1), "half a word is none"


def test_an_answer_by_another_name_costs_what_was_set_aside_for():
    host = "api.deepseek.com"
    assert price_of_call(host, "deepseek-v9", "deepseek-chat") == at("deepseek-chat", host)
    assert price_of_call(host, "deepseek-v4-pro", "deepseek-chat") == at("deepseek-v4-pro", host)
    assert price_of_call(host, "deepseek-v9", "").source == "assumed"


def test_warnings_tell_the_operator_what_is_guessed(settings):
    def ids():
        return [found.id for found in prices_are_known()]

    settings.DEEPSEEK_API_KEY = "sk"
    assert ids() == []
    settings.LLM_PRICE_CURRENCY = "BRL"
    assert ids() == ["inference.E003"], "dollars would be taken for reais"
    settings.DEEPSEEK_API_BASE, settings.LLM_PRICE_CURRENCY = "https://api.example.com", "USD"
    assert ids() == ["inference.W001"]
    settings.LLM_PRICE_INPUT = settings.LLM_PRICE_OUTPUT = 1.0
    assert ids() == []
    settings.LLM_PROFILE = "no such"
    assert ids() == []


def test_callers_at_once_never_overshoot_together(server, cap):
    """Each sets 3 cents aside and costs up to that; every tenth is lost with its process."""
    cap(100)
    seen = []

    def one(number):
        chance = random.Random(number)
        with in_tenant(server):
            try:
                permit = hold(3)
            except Spent:
                return 0
            finally:
                seen.append(spent(server))
            if number % 10:
                cost = chance.randint(1, 3)
                budget.settle([permit.hold], cost * CENT)
            else:
                cost = 0
            connection.close()
            return cost

    with ThreadPoolExecutor(12) as pool:
        costs = list(pool.map(one, range(120)))
    with in_tenant(server):
        end = budget.standing(server, timezone.now())
    assert end.spent == sum(costs) * CENT <= 100 * CENT
    assert max(seen) <= 100 * CENT
    assert end.spent + end.held > 80 * CENT, "nearly all of it could be used"


def test_a_budget_holds_where_nobody_entered_a_price(server, settings):
    """Callers at once, of a model that is sold somewhere and of which nothing is known."""
    settings.DEEPSEEK_API_BASE = "https://api.example.com"
    messages = [{"role": "user", "content": "Where is the tower? " * 400}]
    amount = budget.worst(messages, asking.prices("dialogue", None, None), task="dialogue")
    assert amount > 10 * CENT
    with in_schema():
        Server.objects.filter(pk=server.pk).update(monthly_budget=1)
    server.monthly_budget = Decimal(1)

    def one(number):
        with in_tenant(server):
            question = asyncio.run(asking.prepare(messages, task="dialogue", seconds=5))
            paid = Call(
                provider="api.example.com", model="anybody's", asked="anybody's",
                prompt_digest="0", prompt_tokens=8000, completion_tokens=220,
            )  # fmt: skip
            asking.pay(Receipt(calls=(paid,), hold=question.hold), task="dialogue")
            connection.close()
        return asking.cost(paid)

    def tried(number):
        try:
            return one(number)
        except Spent:
            return Decimal(0)

    try:
        with ThreadPoolExecutor(12) as pool:
            costs = list(pool.map(tried, range(40)))
        with in_tenant(server):
            end = budget.standing(server, timezone.now())
    finally:
        server.monthly_budget = None
        with in_schema():
            Server.objects.update(monthly_budget=None)
    assert end.spent == sum(costs) and Decimal("0.7") < end.spent <= 1
    assert 0 in costs


def test_what_a_lost_process_had_set_aside_is_free_again_after_its_time(inside, cap):
    cap(10)
    permit = hold(8)
    with pytest.raises(Spent):
        hold(8)
    BudgetHold.objects.filter(pk=permit.hold).update(expires_at=timezone.now())
    assert hold(8).hold
    assert BudgetHold.objects.count() == 1, "what is over is cleared away"
    budget.settle([permit.hold], CENT)
    assert spent(inside) == CENT, "if it ends after all, it counts"


def test_what_is_free_sets_nothing_aside(inside, django_assert_num_queries):
    with django_assert_num_queries(0):
        permit = asyncio.run(budget.permit(Decimal(0), task="dialogue", seconds=5, mode="full"))
    assert permit == budget.Permit(None, "full")


def test_a_new_month_begins_with_nothing_spent(inside, cap):
    cap(10)
    budget.settle([], 10 * CENT)
    with pytest.raises(Spent):
        hold(1)
    last_month = budget.month_of(timezone.now()) - timedelta(days=1)
    BudgetMonth.objects.update(month=last_month.replace(day=1))
    assert hold(1).hold and spent(inside) == 0


def test_after_the_soft_stop_full_npcs_answer_as_normal_ones(inside, cap):
    cap(100)
    assert hold(1, mode="full").mode == "full"
    budget.settle([], 81 * CENT)
    assert hold(1, mode="full").mode == "normal"
    with pytest.raises(Spent):
        hold(1, task="extraction")
    budget.settle([], 10 * CENT)
    with pytest.raises(Spent):
        hold(1, trust=4.9)
    assert hold(1, trust=5.0).hold


def news(server):
    with in_schema():
        rows = Outbox.objects.filter(server=server, task=budget.TELL).order_by("pk")
        return [row.subject.partition(" ")[0] for row in rows]


def test_the_owner_is_told_once_of_each_stop(owner, inside, cap, mailoutbox):
    cap(100)
    budget.settle([], 79 * CENT)
    assert news(inside) == []
    budget.settle([], 1 * CENT)
    budget.settle([], 1 * CENT)
    assert news(inside) == ["soft"]
    with pytest.raises(Spent):
        hold(20, mode="full")  # more than is left: nothing of this kind fits any more
    with pytest.raises(Spent):
        hold(20, mode="full")
    assert news(inside) == ["soft", "hard"]
    with in_schema():
        subjects = list(
            Outbox.objects.filter(task=budget.TELL).order_by("pk").values_list("subject", flat=True)
        )
    for subject in subjects:
        tell_of_budget.apply((subject,), headers={"server_id": inside.server_id}, throw=True)
    assert {mail.to[0] for mail in mailoutbox} == {owner.email, inside.contact_email}
    assert len(mailoutbox) == 2 and "0.81 of the 1.00 USD" in mailoutbox[0].body
    with in_schema():
        told = AuditEntry.objects.filter(server=inside)
        actions = set(told.values_list("action", flat=True))
    assert actions == {"budget.soft_stop", "budget.hard_stop"}


def test_a_stop_that_was_lifted_is_told_of_again_but_not_late(inside, cap, mailoutbox):
    cap(10)
    budget.settle([], 10 * CENT)
    assert budget.standing(inside, timezone.now()).step == Step.CLOSED
    cap(100)
    assert hold(1).hold
    month = f"{timezone.now():%Y-%m}"
    headers = {"server_id": inside.server_id}
    tell_of_budget.apply((f"hard {month}",), headers=headers, throw=True)
    tell_of_budget.apply(("hard 2020-01",), headers=headers, throw=True)
    assert mailoutbox == []
    standing = budget.standing(inside, timezone.now())
    assert (standing.step, standing.hard_at) == (Step.OPEN, None)


def test_the_plan_bounds_the_owner_and_the_operator_bounds_the_plan(server, owner, cap):
    cap(100)
    for amount, soft in ((Decimal("5.00"), 70), (None, 80)):
        assert budgets.choose(server, amount=amount, soft_percent=soft, by=owner)
    with pytest.raises(Exception, match="At most 5"):
        budgets.choose(server, amount=Decimal("5.01"), soft_percent=80, by=owner)
    server.budget_allowed, server.monthly_budget = Decimal(50), None
    assert budgets.cap(server) == 50
    server.monthly_budget = Decimal(20)
    assert budgets.cap(server) == 20
    server.budget_allowed = Decimal(1)
    assert budgets.cap(server) == 1


def test_the_forecast_goes_on_as_the_month_began():
    tenth = datetime(2026, 6, 11, tzinfo=UTC)
    assert budget.forecast(Decimal(10), tenth) == pytest.approx(Decimal(30))
    assert budget.forecast(Decimal(10), datetime(2026, 6, 1, 23, tzinfo=UTC)) is None


def test_the_owners_own_model_counts_apart(inside, cap, settings):
    cap(100)
    settings.LLM_PRICES = {"theirs": {"input": 10, "output": 10}}
    mine = Terms(cap=Decimal(10), output=Decimal(20))
    asking.pay(Receipt(calls=(call(1000, "theirs"), call(2000)), own=mine), task="dialogue")
    asking.pay(Receipt(calls=(call(3000),)), task="extraction")
    assert spent(inside) == 3 * CENT
    assert spent(inside, mine) == CENT
    rows = {(row.kind, row.subject): row for row in usage.measured(timezone.now().date())}
    kind = UsageDay.Kind
    assert rows[kind.OWN, "theirs"].cost == CENT and rows[kind.OWN, "m"].cost == 0
    assert rows[kind.MODEL, "m"].cost == rows[kind.TASK, "extraction"].cost == 3 * CENT
    assert rows[kind.TOTAL, ""].cost == 3 * CENT and rows[kind.TOTAL, ""].tokens == 6000
    assert (kind.TASK, "dialogue") not in rows
