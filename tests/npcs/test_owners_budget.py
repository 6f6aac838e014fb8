"""What a model that an owner brought may cost its owner in a month."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from importlib import import_module

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from aiworld.breaker import NotAsked
from inference.generation import Call
from inference.ledger.models import BudgetHold, BudgetMonth, LLMRequestCache
from inference.prices import Seller, price_for_owner
from npcs import asking, budget
from npcs.budget import Spent, Step
from npcs.tasks import tell_of_budget
from npcs.turns import Receipt
from tenants import llm
from tenants.context import in_owner, in_schema, in_tenant
from tenants.llm import Terms
from tenants.models import Outbox, ServerLLM

CENT = Decimal("0.01")
HOST = "api.example.com"
LONG = [{"role": "user", "content": "Where is the tower? " * 400}]


@pytest.fixture
def brought(server, owner):
    """Has the owner bring a model; returns its terms."""
    llm.forget_all()

    def brought(base_url=f"https://{HOST}/v1", model="anybody's", cap=10, **prices):
        terms = Terms(cap=Decimal(cap), **prices)
        llm.choose(
            server, base_url=base_url, model=model, api_key="k", enabled=True, by=owner, terms=terms
        )
        return terms

    yield brought
    with in_schema():
        ServerLLM.objects.all().delete()
    llm.forget_all()


def standing(server, terms=None):
    return budget.standing(server, timezone.now(), terms)


def prepare(**more):
    return asyncio.run(asking.prepare(LONG, task="dialogue", seconds=5, **more))


def paid(model="anybody's", host=HOST):
    return Call(
        provider=host, model=model, asked=model, prompt_digest="0",
        prompt_tokens=8000, completion_tokens=220,
    )  # fmt: skip


def of(host, model, sent=None, written=None):
    return price_for_owner(Seller(host, model), sent, written)


def test_callers_at_once_never_overshoot_though_nobody_knows_the_price(server, brought):
    terms = brought(cap=1)
    seen = []

    def one(number):
        with in_tenant(server):
            try:
                question = prepare()
                call = paid(f"another name {number}")
                call = Call(**{**vars(call), "asked": "anybody's"})
                asking.pay(
                    Receipt(calls=(call,), own=question.terms, hold=question.hold), task="dialogue"
                )
            except Spent:
                return Decimal(0)
            finally:
                now = standing(server, terms)
                seen.append(now.spent + now.held)
                connection.close()
        return asking.cost(call, own=terms)

    with ThreadPoolExecutor(12) as pool:
        costs = list(pool.map(one, range(40)))
    with in_tenant(server):
        end = standing(server, terms)
        assert LLMRequestCache.objects.filter(own=True).count() == sum(map(bool, costs))
    assert end.spent == sum(costs) and Decimal("0.7") < end.spent <= 1
    assert 0 in costs and max(seen) <= 1 and end.held == 0


def test_when_it_is_spent_the_platforms_money_is_not_asked_for(brought, inside, settings):
    settings.DEEPSEEK_API_KEY = "sk-platform"
    terms = brought(cap=0)
    with pytest.raises(Spent):
        prepare()
    assert standing(inside, terms).step == Step.CLOSED
    assert not BudgetHold.objects.exists() and not BudgetMonth.objects.filter(own=False).exists()


def test_a_model_in_ones_own_network_is_free_whatever_the_cap(brought, inside, settings):
    settings.LLM_ALLOWED_PRIVATE_HOSTS = ["127.0.0.1:11434"]
    settings.LLM_PRICE_INPUT = settings.LLM_PRICE_OUTPUT = 1_000_000.0
    terms = brought("http://127.0.0.1:11434/v1", "qwen3", cap=0)
    for _ in range(3):
        question = prepare(mode="full")
        call = paid("qwen3", "127.0.0.1")
        asking.pay(Receipt(calls=(call,), own=question.terms), task="dialogue")
        assert question.hold is None and question.mode == "full"
    assert standing(inside, terms).spent == 0 and not BudgetMonth.objects.exists()


def test_the_owners_month_and_the_platforms_do_not_mix(brought, inside):
    terms = brought(cap=1)
    mine = prepare()
    theirs = budget.hold(2 * CENT, "dialogue", 5.0, "normal", 0.0)
    assert standing(inside).held == 2 * CENT < standing(inside, terms).held
    budget.settle([mine.hold], 90 * CENT, terms)
    assert (standing(inside, terms).step, standing(inside).step) == (Step.SPARING, Step.OPEN)
    budget.settle([theirs.hold], 3 * CENT)
    assert (standing(inside, terms).spent, standing(inside).spent) == (90 * CENT, 3 * CENT)
    assert set(BudgetMonth.objects.values_list("own", "spent")) == {
        (True, 90 * CENT), (False, 3 * CENT),
    }  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        BudgetMonth.objects.create(month=budget.month_of(timezone.now()), own=True)


def test_what_a_lost_process_had_set_aside_expires_in_its_own_month(brought, inside):
    brought(cap=1)
    prepare()
    theirs = budget.hold(CENT, "dialogue", 5.0, "normal", 0.0)
    BudgetHold.objects.update(expires_at=timezone.now())
    prepare()
    assert BudgetHold.objects.filter(pk=theirs.hold).exists()
    assert BudgetHold.objects.filter(own=True).count() == 1


def test_the_owner_is_told_once_that_it_is_their_own_models_cap(brought, inside, mailoutbox):
    terms = brought(cap=1)
    budget.settle([], Decimal("1.2"), terms)
    budget.settle([], CENT, terms)
    with in_schema():
        [subject] = Outbox.objects.filter(task=budget.TELL).values_list("subject", flat=True)
    headers = {"server_id": inside.server_id}
    tell_of_budget.apply((subject,), headers=headers, throw=True)
    assert subject == f"hard {timezone.now():%Y-%m} own"
    assert "language model of your own" in mailoutbox[0].body and "1.00 USD" in mailoutbox[0].body
    sent = len(mailoutbox)
    with in_schema():
        ServerLLM.objects.all().delete()
    tell_of_budget.apply((subject,), headers=headers, throw=True)
    assert len(mailoutbox) == sent, "nobody is told of a model that is gone"


def test_removing_a_model_and_bringing_it_again_does_not_begin_the_month_anew(
    brought, inside, owner
):
    terms = brought(cap=1)
    budget.settle([], Decimal(1), terms)
    llm.remove(inside, by=owner)
    assert standing(inside, brought(cap=1)).spent == 1


def test_the_price_is_the_owners_then_the_makers_then_a_high_one(settings):
    settings.LLM_PRICE_INPUT = settings.LLM_PRICE_OUTPUT = 0.0
    assert of("api.deepseek.com", "deepseek-chat").source == "known"
    assert of(HOST, "deepseek-chat").source == "assumed"
    assert of("127.0.0.1", "qwen3").source == "own network"
    assert of("127.0.0.1", "gpt-5.4").of(1, 0) > 0, "a gateway, and somebody gets its bill"
    mine = of(HOST, "x", Decimal(2), Decimal(4))
    assert mine.source == "owner" and mine.of(1_000_000, 1_000_000, 500_000) == 6
    half = of(HOST, "x", None, Decimal(4))
    assert half.source == "assumed" and (half.input, half.output) == (15, 4)


def test_what_the_operator_gets_for_nothing_is_not_free_for_an_owner(settings):
    settings.LLM_PRICES = {"llama": {"input": 0, "output": 0}, "x": {"input": 3, "output": 6}}
    assert of(HOST, "llama3").of(1_000_000, 0) == 15
    assert (of(HOST, "x").source, of(HOST, "x").of(0, 1_000_000)) == ("listed", 6)


def test_dollars_are_not_taken_for_another_currency(brought, inside, settings):
    settings.LLM_PRICE_CURRENCY = "BRL"
    brought()
    with pytest.raises(NotAsked, match="BRL"):
        prepare()
    brought(input=Decimal(1), output=Decimal(2))
    assert prepare().hold


def test_the_migration_keeps_the_months_there_are(server):
    module = import_module("inference.ledger.migrations.0006_owners_money")
    [change] = module.Migration.operations[2].database_operations
    with in_owner(server), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE budget_months DROP CONSTRAINT budget_months_once")
        cursor.execute(change.reverse_sql)
        cursor.execute("INSERT INTO budget_months (month, own, spent) VALUES "
                       "('2026-10-01', false, 3), ('2026-11-01', false, 4)")  # fmt: skip
        cursor.execute(change.sql)
        cursor.execute("SELECT month::text, spent::int, id IS NULL FROM budget_months ORDER BY 1")
        assert cursor.fetchall() == [("2026-10-01", 3, False), ("2026-11-01", 4, False)]
        transaction.set_rollback(True)
