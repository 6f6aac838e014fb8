"""The page "Budget"."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from inference.ledger.models import BudgetMonth
from npcs.budget import month_of
from tenants.context import in_tenant
from tenants.models import AuditEntry, Server


@pytest.fixture
def page(server, settings):
    settings.LLM_PRICE_INPUT = 1.0
    yield reverse("portal:budget", args=[server.server_id])
    Server.objects.update(monthly_budget=None, budget_allowed=None, budget_soft_percent=80)


def test_an_owner_chooses_below_what_is_allowed(page, as_role, server):
    owner = as_role("owner")
    sent = {"monthly_budget": "2.50", "budget_soft_percent": "70"}
    assert "Saved." in owner.post(page, sent, follow=True).text
    server.refresh_from_db()
    assert (server.monthly_budget, server.budget_soft_percent) == (Decimal("2.50"), 70)
    entry = AuditEntry.objects.get(action="budget.chosen")
    assert entry.details["monthly_budget"] == [None, "2.50"]
    refusal = owner.post(page, sent | {"monthly_budget": "5.01"}).text
    assert "At most 5: more is for the operator to allow." in refusal
    assert "Saved." in owner.post(page, sent | {"monthly_budget": ""}, follow=True).text


@pytest.mark.parametrize("role", ["viewer", "editor"])
def test_others_look_and_change_nothing(page, as_role, server, role):
    client = as_role(role)
    assert client.get(page).status_code == 200
    assert client.post(page, {"budget_soft_percent": "50"}).status_code == 403
    server.refresh_from_db()
    assert server.budget_soft_percent == 80


def test_the_page_says_what_happens_as_it_runs_out_and_where_it_stands(page, as_role, server):
    text = as_role("viewer").get(page).text
    for percent in ("0 %", "80 %", "90 %", "100 %"):
        assert f">{percent}</th>" in text
    with in_tenant(server):
        BudgetMonth.objects.create(
            month=month_of(timezone.now()), spent=Decimal("4.60"), soft_at=timezone.now()
        )
    text = as_role("viewer").get(page).text
    assert "The soft stop was reached" in text and "4.60 USD" in text and "92 % used" in text
    now = text.index('aria-current="step"')
    assert text.index(">90 %</th>") > now > text.index(">80 %</th>")


def test_the_operator_allows_more_than_the_plan(page, as_role, server):
    Server.objects.filter(pk=server.pk).update(budget_allowed=300)
    sent = {"monthly_budget": "250", "budget_soft_percent": "80"}
    assert "Saved." in as_role("admin").post(page, sent, follow=True).text


def test_the_page_says_which_price_is_reckoned_with_and_whose_it_is(page, as_role, settings):
    def text():
        return " ".join(as_role("viewer").get(page).text.split())

    settings.LLM_PRICE_INPUT = None
    assert "The platform has no language model" in text()
    settings.DEEPSEEK_API_KEY = "sk"
    assert "Its maker's, as of 2026-10." in text() and "api.deepseek.com" in text()
    settings.DEEPSEEK_API_BASE = "https://api.example.com/v1"
    assert "a high one is reckoned with" in text() and ">75</td>" in text()
    settings.DEEPSEEK_API_BASE = "http://127.0.0.1:11434/v1"
    assert "own network" in text()
    settings.LLM_PRICE_INPUT = 2.5
    assert "The operator entered it." in text() and ">2.500</td>" in text()
