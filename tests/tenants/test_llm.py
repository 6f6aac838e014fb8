"""The language model an owner brought."""

from __future__ import annotations

import asyncio
import json

import pytest
from django.core.management import CommandError, call_command

from aiworld.errors import Invalid, NotFound, Unavailable
from inference.providers.tasks import CHOICES
from tenants import llm
from tenants.models import AuditEntry, ServerLLM
from tenants.models.llm import TASKS

CHOICE = {
    "base_url": "https://api.example.com/v1",
    "model": "small",
    "api_key": "sk-owner-secret",
    "enabled": True,
}


@pytest.fixture(autouse=True)
def forgotten(committed):
    llm.forget_all()
    yield
    ServerLLM.objects.all().delete()
    llm.forget_all()


@pytest.fixture
def choose(server, owner):
    return lambda **fields: llm.choose(server, **CHOICE | fields, by=owner)


def now(server):
    return asyncio.run(llm.chosen(server))


def test_it_is_asked_for_its_server_only(choose, server, other_server):
    choose()
    found = now(server)
    assert (found.base_url, found.model, found.api_key) == tuple(CHOICE.values())[:3]
    assert now(other_server) is None


def test_switched_off_it_is_not_asked(choose, server):
    choose(enabled=False)
    assert now(server) is None


def test_the_key_stands_nowhere_in_the_open(choose, server):
    row = choose()
    entry = AuditEntry.objects.filter(action="llm.chosen").latest("id")
    shown = json.dumps(ServerLLM.objects.values().get(pk=row.pk), default=str)
    assert "secret" not in shown + repr(now(server)) + str(entry.details) + str(row)
    assert entry.details["key"] == "new"


def test_an_empty_key_keeps_the_one_there_is(choose, server):
    choose()
    choose(api_key="", model="large")
    assert (now(server).model, now(server).api_key) == ("large", "sk-owner-secret")


@pytest.mark.parametrize(
    "url", ["https://evil.example.com/v1", "https://api.example.com:8443/v1", "https://8.8.8.8/"]
)
def test_the_key_is_not_sent_to_another_host(choose, server, url):
    choose()
    with pytest.raises(Invalid) as caught:
        choose(base_url=url, api_key="")
    assert caught.value.field == "api_key"
    assert now(server).base_url == CHOICE["base_url"]


def test_another_path_or_spelling_of_the_same_host_keeps_it(choose, server):
    choose()
    choose(base_url="https://API.example.com:443/v2", api_key="")
    assert now(server).api_key == "sk-owner-secret"


def test_tasks_have_models_of_their_own_until_somebody_says_otherwise(choose, server):
    choose(models={"planning": "planner", "extraction": ""})
    assert now(server).models == {"planning": "planner"}
    choose(model="large")
    assert now(server).models == {"planning": "planner"}
    choose(models={})
    assert now(server).models == {}


def test_the_tasks_are_those_that_models_are_asked_for():
    assert set(TASKS) == set(CHOICES)


def test_an_endpoint_may_need_no_key(choose, server):
    choose(api_key="")
    assert now(server).api_key == ""


@pytest.mark.parametrize(
    "fields, field",
    [
        ({"base_url": "https://127.0.0.1/v1"}, "base_url"),
        ({"base_url": "http://api.example.com"}, "base_url"),
        ({"model": "  "}, "model"),
        ({"model": "x" * 101}, "model"),
        ({"model": "a\0b"}, "model"),
        ({"models": {"planning": "x" * 101}}, "model_planning"),
        ({"models": {"moderation": "a\0b"}}, "model_moderation"),
        ({"models": {"dialogue": "other"}}, ""),
        ({"api_key": "x" * 501}, "api_key"),
        ({"api_key": "sk-\r\nX-Evil: 1"}, "api_key"),
        ({"api_key": "sk-ключ"}, "api_key"),
        ({"api_key": "sk with blanks"}, "api_key"),
    ],
)
def test_what_cannot_be_right_is_refused_and_nothing_stored(choose, fields, field):
    with pytest.raises(Invalid) as caught:
        choose(**fields)
    assert caught.value.field == field
    assert not ServerLLM.objects.exists()


def test_removed_it_is_gone_with_its_key(choose, server, owner):
    choose()
    llm.remove(server, by=owner)
    assert now(server) is None and not ServerLLM.objects.exists()
    with pytest.raises(NotFound):
        llm.remove(server, by=owner)


def test_a_change_elsewhere_counts_within_five_seconds(choose, server, monkeypatch):
    assert llm.CACHE_SECONDS <= 5
    assert now(server) is None
    ServerLLM.objects.create(server=server, base_url="https://a.example.com", model="m")
    later = llm.time.monotonic() + llm.CACHE_SECONDS
    monkeypatch.setattr(llm.time, "monotonic", lambda: later)
    assert now(server).model == "m"


class TestSealing:
    def test_reseal_lets_the_old_secret_go(self, choose, server, settings, capsys):
        settings.SECRETS_KEY = ["old"]
        choose()
        settings.SECRETS_KEY = ["new", "old"]
        call_command("reseal")
        assert "1 sealed anew" in capsys.readouterr().out
        settings.SECRETS_KEY = ["new"]
        llm.forget_all()
        assert now(server).api_key == "sk-owner-secret"

    def test_a_key_that_cannot_be_opened_is_said(self, choose, server, settings):
        settings.SECRETS_KEY = ["old"]
        choose()
        settings.SECRETS_KEY = ["new"]
        llm.forget_all()
        with pytest.raises(Unavailable):
            now(server)
        with pytest.raises(CommandError, match="1 cannot be opened"):
            call_command("reseal")
