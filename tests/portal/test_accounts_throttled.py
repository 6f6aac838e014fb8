"""Guessing is counted by address and by account; the address is the real one."""

import copy
import socket
import time

import pytest
from django.core import mail
from django.core.cache import caches
from django.test import Client, RequestFactory

from aiworld import cache
from aiworld.addresses import client_address
from tests.portal.test_accounts import PASSWORD, log_in, set_up_totp, sign_up, totp, who


@pytest.fixture(autouse=True)
def database(committed):
    """Views commit; afterwards the cache with the counts is emptied."""


def test_an_account_is_closed_for_a_while_after_five_wrong_passwords(owner, viewer):
    for number in range(5):
        log_in(Client(REMOTE_ADDR=f"192.0.2.{number}"), "owner", f"wrong {number}")
    right = Client(REMOTE_ADDR="192.0.2.99")
    page = log_in(right, "owner")
    assert not who(right).is_authenticated and "Too many" in page.text
    other = Client(REMOTE_ADDR="192.0.2.99")
    log_in(other, "viewer")
    assert who(other).is_authenticated


@pytest.fixture
def redis_away(settings):
    held = copy.deepcopy(settings.CACHES)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    held["default"]["LOCATION"] = f"redis://127.0.0.1:{port}/0"
    settings.CACHES = held
    yield
    caches["default"]._local.clear()
    cache._breaker.succeeded()


def test_without_redis_people_sign_in_and_guesses_are_counted_all_the_same(owner, redis_away):
    member = Client(REMOTE_ADDR="192.0.2.98")
    log_in(member, "owner")
    assert who(member).is_authenticated
    for number in range(5):
        log_in(Client(REMOTE_ADDR=f"192.0.2.{number}"), "owner", f"wrong {number}")
    right = Client(REMOTE_ADDR="192.0.2.99")
    page = log_in(right, "owner")
    assert not who(right).is_authenticated and "Too many" in page.text


def test_an_address_that_guesses_is_refused_for_every_account(owner):
    for number in range(10):
        log_in(Client(), f"somebody{number}", "wrong")
    client = Client()
    log_in(client, "owner")
    assert not who(client).is_authenticated
    elsewhere = Client(REMOTE_ADDR="192.0.2.1")
    log_in(elsewhere, "owner")
    assert who(elsewhere).is_authenticated


def test_sign_up_and_reset_are_counted(owner):
    for number in range(10):
        assert sign_up(Client(), f"guest{number}@example.org").status_code == 200
    page = sign_up(Client(), "guest10@example.org")
    assert page.status_code == 429 and 'class="top"' in page.text
    mail.outbox.clear()
    for number in range(4):
        client = Client(REMOTE_ADDR=f"192.0.2.{number}")
        client.post("/account/password/reset/", {"email": "owner@example.org"})
    assert len(mail.outbox) == 3


def test_a_second_factor_cannot_be_guessed_for_ever(owner):
    member = Client()
    log_in(member, "owner")
    member.post("/account/reauthenticate/", {"password": PASSWORD})
    secret = set_up_totp(member)
    client = Client()
    log_in(client, "owner")
    for _guess in range(6):
        client.post("/account/2fa/authenticate/", {"code": "000000"})
    client.post("/account/2fa/authenticate/", {"code": totp(secret, time.time() + 30)})
    assert not who(client).is_authenticated


@pytest.mark.parametrize(
    ("trusted", "forwarded", "address"),
    [
        (0, None, "198.51.100.1"),
        (0, "203.0.113.9", "198.51.100.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "1.2.3.4, 203.0.113.9", "203.0.113.9"),
        (2, "1.2.3.4, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", "198.51.100.1"),
        (1, None, "198.51.100.1"),
        (1, "203.0.113.9:4711", "203.0.113.9"),
        (1, "[2001:db8::1]:443", "2001:db8::1"),
        (1, "::ffff:203.0.113.9", "203.0.113.9"),
        (1, "unknown", "198.51.100.1"),
        (1, "<script>", "198.51.100.1"),
    ],
)
def test_only_what_our_own_proxies_say_is_believed(settings, trusted, forwarded, address):
    settings.TRUSTED_PROXY_COUNT = trusted
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR="198.51.100.1")
    assert client_address(request) == address


def test_an_invented_address_does_not_escape_the_counting(owner):
    for number in range(6):
        log_in(Client(headers={"x-forwarded-for": f"192.0.2.{number}"}), f"n{number}", "wrong")
        log_in(Client(headers={"x-forwarded-for": f"192.0.2.{number}"}), f"m{number}", "wrong")
    client = Client(headers={"x-forwarded-for": "192.0.2.77"})
    log_in(client, "owner")
    assert not who(client).is_authenticated
