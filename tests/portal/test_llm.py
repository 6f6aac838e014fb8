"""The page "Language model"."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from inference.ledger.models import BudgetHold, BudgetMonth
from npcs.budget import month_of
from tenants import llm, quotas
from tenants.context import in_tenant
from tenants.models import AuditEntry, ServerLLM
from tests.llm_endpoint import LLMEndpoint, answer, status

KEY = "sk-owner-secret"


@pytest.fixture(autouse=True)
def forgotten(committed):
    yield
    ServerLLM.objects.all().delete()
    llm.forget_all()
    quotas.forget_all()


@pytest.fixture
def endpoint(settings):
    with LLMEndpoint() as at:
        settings.LLM_ALLOWED_PRIVATE_HOSTS = [at.base_url.split("/")[2]]
        yield at


@pytest.fixture
def page(server, as_role):
    return Page(server, as_role)


class Page:
    def __init__(self, server, as_role):
        self.server, self.as_role = server, as_role

    def address(self, name="llm"):
        return reverse(f"portal:{name}", args=[self.server.server_id])

    def get(self, role="owner"):
        return self.as_role(role).get(self.address())

    def save(self, role="admin", **fields):
        given = {"base_url": "https://api.example.com/v1", "model": "small", "api_key": KEY}
        chosen = given | {"enabled": "on", "monthly_cap": "10"} | fields
        return self.as_role(role).post(self.address(), chosen, follow=True)

    def test(self, role="admin"):
        return self.as_role(role).post(self.address("test_llm"))


class TestWho:
    @pytest.mark.parametrize("role, code", [("owner", 200), ("admin", 200), ("editor", 403)])
    def test_opens_it(self, page, role, code):
        assert page.get(role).status_code == code

    @pytest.mark.parametrize("name", ["llm", "test_llm", "remove_llm"])
    def test_changes_it(self, page, name, as_stranger, client):
        for role in ("editor", "viewer"):
            assert page.as_role(role).post(page.address(name)).status_code == 403
        assert as_stranger.post(page.address(name)).status_code == 404
        assert client.post(page.address(name)).status_code == 302
        assert not ServerLLM.objects.exists()

    def test_finds_the_tab(self, page, server):
        overview = reverse("portal:server", args=[server.server_id])
        assert page.address() in page.as_role("admin").get(overview).text
        assert page.address() not in page.as_role("viewer").get(overview).text


class TestSaving:
    def test_it_says_who_answers_now(self, page, settings):
        assert ">the built-in composer<" in page.get().text
        settings.DEEPSEEK_API_KEY = "sk-platform"
        assert ">the platform's<" in page.get().text
        text = page.save().text
        assert "Saved." in text and "your own" in text and "api.example.com" in text

    def test_the_key_is_never_shown_again(self, page):
        page.save()
        text = page.get().text
        assert KEY not in text and "Leave this empty to keep it" in text
        assert KEY not in page.save(model="").text  # a form with a mistake in it

    def test_a_mistake_is_told_beside_its_field_and_nothing_is_stored(self, page):
        text = page.save(base_url="https://169.254.169.254/v1").text
        assert "Nothing was saved" in text and "not on the public Internet" in text
        assert not ServerLLM.objects.exists()

    def test_another_host_wants_its_key(self, page):
        page.save()
        text = page.save(base_url="https://other.example.com/v1", api_key="").text
        assert "another host than before" in text
        assert ServerLLM.objects.get().base_url == "https://api.example.com/v1"

    def test_it_is_in_the_audit_log_without_the_key(self, page):
        page.save()
        entry = AuditEntry.objects.filter(action="llm.chosen").latest("id")
        assert entry.target == "small" and KEY not in str(entry.details)

    def test_it_can_be_removed_after_a_question(self, page):
        page.save()
        client = page.as_role("admin")
        assert "Its key is deleted" in client.get(page.address("remove_llm")).text
        assert ServerLLM.objects.exists()
        client.post(page.address("remove_llm"))
        assert not ServerLLM.objects.exists()


class TestTasks:
    def test_each_task_may_have_a_model_of_its_own(self, page):
        page.save(model_planning="planner", model_moderation=" watcher ", model_extraction="")
        row = ServerLLM.objects.get()
        assert row.task_models == {"planning": "planner", "moderation": "watcher"}
        text = page.get().text
        assert 'value="planner"' in text and 'value="watcher"' in text
        entry = AuditEntry.objects.filter(action="llm.chosen").latest("id")
        assert (entry.details["model_planning"], entry.details["model_extraction"]) == (
            "planner", None,
        )  # fmt: skip
        page.save()
        assert ServerLLM.objects.get().task_models == {}

    def test_one_that_cannot_be_right_is_told_beside_its_field(self, page):
        text = page.save(model_planning="a\0b").text
        assert "Nothing was saved" in text and not ServerLLM.objects.exists()

    def test_a_trial_asks_each_once_and_says_which_is_wrong(self, page, endpoint):
        endpoint.script(answer("Blades."), status(404))
        page.save(base_url=endpoint.base_url, model_planning="planner", model_extraction="planner")
        text = page.test().text
        assert [each.body["model"] for each in endpoint.requests] == ["small", "planner"]
        assert "Blades." in text and "<code>planner</code>" in text and "not known there" in text
        entry = AuditEntry.objects.filter(action="llm.tried").latest("id")
        assert entry.details["answered"] is False

    def test_each_has_its_price(self, page, settings):
        settings.LLM_PRICES = {"small": {"input": 1, "output": 2}, "gpt": {"input": 3, "output": 9}}
        page.save(model_planning="gpt-4o")
        text = " ".join(page.get().text.split())
        assert "Each of your models has its own price" in text
        assert "<code>gpt-4o</code> 3 / 9" in text
        page.save(price_input="1", price_output="2", model_planning="gpt-4o")
        assert "Each of your models has its own price" not in page.get().text


class TestMoney:
    def test_a_cap_is_there_before_anybody_chose_one(self, page, server, owner):
        llm.choose(
            server, base_url="https://a.example.com", model="m", api_key=KEY, enabled=True, by=owner
        )
        text = " ".join(page.get().text.split())
        assert "spent of 10.00 this month" in text and "a high one is reckoned with" in text

    def test_the_owner_chooses_it_and_says_what_their_provider_charges(self, page):
        page.save(monthly_cap="2.50", price_input="0.5", price_output="1.25")
        row = ServerLLM.objects.get()
        assert (row.monthly_cap, row.price_input) == (Decimal("2.50"), Decimal("0.5"))
        text = " ".join(page.get().text.split())
        assert "spent of 2.50 this month" in text and "You entered it." in text
        entry = AuditEntry.objects.filter(action="llm.chosen").latest("id")
        assert entry.details["monthly_cap"] == "2.50"
        page.save(monthly_cap="2.50")
        assert ServerLLM.objects.get().price_input is None
        assert "Nothing was saved" in page.save(monthly_cap="-1").text
        assert "Nothing was saved" in page.save(monthly_cap="").text

    def test_it_shows_what_was_spent_and_that_the_stop_was_reached(self, page, server):
        page.save()
        with in_tenant(server):
            BudgetMonth.objects.create(
                month=month_of(timezone.now()), own=True, spent=10, hard_at=timezone.now()
            )
        text = page.get().text
        assert "10.00 USD" in text and "The hard stop was reached" in text

    def test_a_trial_counts_and_is_refused_when_nothing_is_left(self, page, endpoint, server):
        dear = {"base_url": endpoint.base_url, "price_input": "1000", "price_output": "1000"}
        page.save(**dear)
        page.test()
        with in_tenant(server):
            month = BudgetMonth.objects.get()
            assert month.own and month.spent > 0 and not BudgetHold.objects.exists()
        page.save(**dear, monthly_cap="0.01")
        assert "has nothing left" in page.test().text and len(endpoint.requests) == 1


class TestTrying:
    def test_it_shows_the_answer_and_how_long_it_took(self, page, endpoint):
        endpoint.script(answer("Blades & <b>nails</b>."))
        page.save(base_url=endpoint.base_url)
        text = page.test().text
        assert "Blades &amp; &lt;b&gt;nails&lt;/b&gt;." in text and " ms, with " in text
        [request] = endpoint.requests
        assert request.headers["authorization"] == f"Bearer {KEY}"
        assert AuditEntry.objects.filter(action="llm.tried").latest("id").details["answered"]

    @pytest.mark.parametrize(
        "behave, words",
        [
            (status(401, message=KEY), "does not know this key"),
            (status(404), "not known there"),
            (status(429), "too many requests"),
            (status(500), "could not be asked"),
            (answer(""), "could not be asked"),
        ],
    )
    def test_what_went_wrong_is_said_in_words(self, page, endpoint, behave, words):
        endpoint.script(behave)
        page.save(base_url=endpoint.base_url)
        text = page.test().text
        assert "It did not work." in text and words in text and KEY not in text

    def test_a_slow_one_is_not_waited_for_for_ever(self, page, endpoint, monkeypatch):
        monkeypatch.setattr("portal.llm_trial.SECONDS", 0.3)
        endpoint.script(answer("late", delay=5))
        page.save(base_url=endpoint.base_url)
        assert "did not answer in time" in page.test().text

    def test_one_that_is_not_allowed_any_more_is_not_asked(self, page, endpoint, settings):
        page.save(base_url=endpoint.base_url)
        settings.LLM_ALLOWED_PRIVATE_HOSTS = []
        assert "It did not work." in page.test().text
        assert endpoint.requests == []

    def test_it_is_not_tried_too_often(self, page, endpoint):
        page.save(base_url=endpoint.base_url)
        texts = [page.test().text for _ in range(8)]
        assert "try again in" in texts[-1] and len(endpoint.requests) == 6

    def test_a_key_that_cannot_be_opened_is_said(self, page, settings):
        settings.SECRETS_KEY = ["old"]
        page.save()
        settings.SECRETS_KEY = ["new"]
        assert "enter the secret again" in page.test().text

    def test_without_one_there_is_nothing_to_try(self, page):
        assert page.test().status_code == 302
