"""Customers' secrets."""

from __future__ import annotations

import pytest

from aiworld import sealing
from aiworld.errors import Unavailable


def test_a_sealed_secret_opens_and_says_nothing():
    sealed = sealing.seal("sk-owner")
    assert sealing.opened(sealed) == "sk-owner" and "owner" not in sealed
    assert sealing.seal("sk-owner") != sealed


def test_a_new_secret_seals_and_the_old_ones_open(settings):
    settings.SECRETS_KEY = ["old"]
    sealed = sealing.seal("sk-owner")
    settings.SECRETS_KEY = ["new", "old"]
    assert sealing.opened(sealed) == "sk-owner"
    again = sealing.resealed(sealed)
    settings.SECRETS_KEY = ["new"]
    assert sealing.opened(again) == "sk-owner"
    with pytest.raises(Unavailable, match="enter the secret again"):
        sealing.opened(sealed)


def test_what_secret_key_sealed_opens_when_there_is_a_secrets_key(settings):
    settings.SECRETS_KEY = []
    sealed = sealing.seal("sk-owner")
    settings.SECRETS_KEY = ["new"]
    assert sealing.opened(sealed) == "sk-owner"


def test_a_changed_secret_key_opens_as_long_as_it_is_a_fallback(settings):
    sealed = sealing.seal("sk-owner")
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another one"
    assert sealing.opened(sealed) == "sk-owner"


@pytest.mark.parametrize("broken", ["", "x", "gAAAAA", "é"])
def test_what_is_no_sealed_secret_is_no_crash(broken):
    with pytest.raises(Unavailable):
        sealing.opened(broken)
