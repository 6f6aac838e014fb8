"""The platform's admin and the second factor."""

import time

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from tests.portal.test_accounts import PASSWORD, log_in, set_up_totp, totp


@pytest.fixture(autouse=True)
def required(settings, operator):
    settings.OPERATOR_MFA_REQUIRED = True


@pytest.fixture
def client():
    client = Client()
    log_in(client, "operator")
    return client


def test_an_operator_without_a_factor_is_led_to_setting_one_up(client):
    page = client.get("/admin/", follow=True)
    assert page.status_code == 403 and len(page.redirect_chain) == 1
    assert "/account/2fa/totp/activate/?next=/admin/" in page.text
    assert client.post("/admin/auth/user/1/change/", {"is_superuser": ""}).status_code == 302


def test_setting_it_up_opens_the_platform(client):
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    set_up_totp(client)
    assert client.get("/admin/").status_code == 200


def test_a_session_from_before_has_to_show_a_code(client):
    other = Client()
    log_in(other, "operator")
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    secret = set_up_totp(client)
    page = other.get("/admin/", follow=True)
    assert page.status_code == 403 and "/account/2fa/reauthenticate/?next=/admin/" in page.text
    code = totp(secret, time.time() + 30)
    back = other.post(
        "/account/2fa/reauthenticate/?next=/admin/", {"code": code, "next": "/admin/"}
    )
    assert back["Location"] == "/admin/" and other.get("/admin/").status_code == 200


def test_a_removed_factor_closes_the_platform(client, operator):
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    set_up_totp(client)
    Authenticator.objects.filter(user=operator).delete()
    assert client.get("/admin/").status_code == 302


def test_where_it_is_not_required_the_password_is_enough(client, settings):
    settings.OPERATOR_MFA_REQUIRED = False
    assert client.get("/admin/").status_code == 200


def test_a_stranger_hears_nothing_of_factors(stranger):
    client = Client()
    log_in(client, "stranger")
    page = client.get("/admin/", follow=True)
    assert page.status_code == 403 and "second factor" not in page.text.lower()
