"""Nothing secret is written into logs, however loud they are."""

import logging
import re
import time

import grpc
import pytest
from django.conf import settings as real
from django.core import mail
from django.test import Client

from tenants import api_keys
from tests.grpc_api.calls import request
from tests.llm_endpoint import LLMEndpoint, answer
from tests.portal.test_accounts import NEW, link_in, log_in, set_up_totp, sign_up, totp

PASSWORD = "correct horse battery"
LLM_KEY = "sk-llm-0123456789abcdef"


@pytest.fixture
def llm(settings):
    with LLMEndpoint() as endpoint:
        settings.DEEPSEEK_API_BASE = endpoint.base_url
        settings.DEEPSEEK_API_KEY = LLM_KEY
        settings.DEEPSEEK_TIMEOUT = 4.0
        yield endpoint


@pytest.fixture
def log(caplog):
    """All that LOG_LEVEL=DEBUG can bring about, Django's own included, tracebacks too. A logger
    that our settings hold back stays held back."""
    for name in ("", "django", "django.request", "django.security", "allauth", "grpc", "httpx"):
        caplog.set_level(logging.DEBUG, logger=name)
    return caplog


def test_no_secret_is_ever_logged(
    log, stubs, metadata, api_key, npc, player, llm, server, operator
):
    secrets = {
        "SECRET_KEY": real.SECRET_KEY,
        "API_KEY_SALT": real.API_KEY_SALT,
        "the password": PASSWORD,
        "the new password": NEW,
        "a wrong password": "a wrong guess of it",
        "the key of a server": api_key,
        "the key of the LLM": LLM_KEY,
    }
    person = Client()
    sign_up(person)
    confirm = link_in(mail.outbox[-1])
    person.post(confirm)
    secrets["the link that confirms"] = confirm.rsplit("/", 2)[1]
    log_in(person, "freya@example.org", secrets["a wrong password"])
    log_in(person, "freya@example.org")
    secrets["the session"] = person.session.session_key
    person.post("/account/reauthenticate/", {"password": PASSWORD})
    secrets["the second factor"] = set_up_totp(person)
    page = person.get("/account/2fa/recovery-codes/download/").text
    secrets["a recovery code"] = re.findall(r"^[0-9a-f-]{8,}$", page, re.M)[0]
    code = totp(secrets["the second factor"], time.time() + 30)
    other = Client()
    log_in(other, "freya@example.org")
    other.post("/account/2fa/authenticate/", {"code": code})

    Client().post("/account/password/reset/", {"email": "operator@example.org"})
    reset = link_in(mail.outbox[-1])
    secrets["the link that resets"] = reset.rstrip("/").rsplit("-", 1)[1]
    client = Client()
    form = client.get(reset, follow=True).redirect_chain[-1][0]
    client.post(form, {"password1": NEW, "password2": NEW})

    secrets["a new key"] = api_keys.issue(server, name="for this test")
    llm.script(answer("From the mine."))
    stubs.dialogue.Talk(
        request("Where do you buy your iron?", player), metadata=metadata, timeout=30
    )
    with pytest.raises(grpc.RpcError):
        wrong = (("x-api-key", api_key[:-4] + "wxyz"),)
        stubs.dialogue.Talk(
            request("Where do you buy your iron?", player), metadata=wrong, timeout=30
        )
    secrets["a wrong key"] = api_key[:-4] + "wxyz"

    person.get("/nowhere")
    written = log.text
    assert "Not Found: /nowhere" in written and "Talk" in written, "the capture does not work"
    told = [name for name, secret in secrets.items() if secret in written]
    assert not told, [line for line in written.splitlines() if secrets[told[0]] in line][:3]
