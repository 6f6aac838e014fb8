"""Keys of map-servers."""

from __future__ import annotations

import hmac
import time
from datetime import timedelta
from hashlib import sha256

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from aiworld.errors import Refused, Unauthenticated
from tenants import api_keys
from tenants.models import ApiKey


@pytest.fixture
def key(server):
    made = api_keys.issue(server, name="spare")
    yield made
    ApiKey.objects.filter(name="spare").delete()
    api_keys.forget_all()


@pytest.fixture
def row(key):
    return ApiKey.objects.get(name="spare")


def test_only_a_keyed_digest_is_stored(key, row, settings):
    expected = hmac.digest(settings.API_KEY_SALT.encode(), key.encode(), sha256)
    assert bytes(row.digest) == expected != sha256(key.encode()).digest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT api_keys::text FROM api_keys WHERE id = %s", [row.pk])
        stored = cursor.fetchone()[0]
    assert key not in stored and key.rpartition("-")[2] not in stored
    assert row.prefix in key and key.startswith("sk-")


def test_keys_cannot_be_guessed(server):
    made = {api_keys.issue(server, name="spare") for _ in range(20)}
    try:
        assert len(made) == len({key[:15] for key in made}) == 20
        assert min(len(key.split("-", 2)[2]) for key in made) >= 43  # 256 bits
    finally:
        ApiKey.objects.filter(name="spare").delete()


def test_a_key_names_its_server(key, server):
    assert api_keys.resolve(key) == server


@pytest.mark.parametrize(
    "change",
    [
        lambda key: key[:-1] + ("a" if key[-1] != "a" else "b"),
        lambda key: key + "x",
        lambda key: key[:-1],
        lambda key: key.upper(),
        lambda key: key.removeprefix("sk-"),
        lambda key: "",
        lambda key: "sk--",
        lambda key: "sk-" + "0" * 12 + "-" + key.split("-", 2)[2],
        lambda key: f"{key}'; DROP TABLE api_keys; --",
    ],
)
def test_anything_else_names_none_and_says_the_same(key, change):
    with pytest.raises(Unauthenticated) as caught:
        api_keys.resolve(change(key))
    assert str(caught.value) == api_keys.UNKNOWN
    assert api_keys.recall(change(key)) is None


def test_the_comparison_takes_place_for_an_unknown_prefix_too(key, monkeypatch):
    compared = []
    monkeypatch.setattr(
        api_keys.hmac, "compare_digest", lambda a, b: compared.append((a, b)) or a == b
    )
    for wrong in ("sk-000000000000-x", key + "x"):
        with pytest.raises(Unauthenticated):
            api_keys.resolve(wrong)
    assert [len(a) for a, _ in compared] == [32, 32]


def test_nobody_gets_in_with_the_empty_digest(key, monkeypatch):
    monkeypatch.setattr(api_keys, "digest", lambda key: bytes(32))
    with pytest.raises(Unauthenticated):
        api_keys.resolve("sk-000000000000-x")


@pytest.mark.parametrize("field", ["revoked_at", "expires_at"])
def test_a_key_whose_time_is_over(key, row, field):
    ApiKey.objects.filter(pk=row.pk).update(**{field: timezone.now() - timedelta(seconds=1)})
    with pytest.raises(Unauthenticated):
        api_keys.resolve(key)


def test_a_known_key_costs_no_query(key):
    api_keys.resolve(key)
    with CaptureQueriesContext(connection) as queries:
        api_keys.resolve(key)
        assert api_keys.recall(key)
    assert list(queries) == []


def test_a_key_revoked_elsewhere_is_refused_within_two_seconds(key, row, monkeypatch):
    assert api_keys.CACHE_SECONDS <= 2
    api_keys.resolve(key)
    ApiKey.objects.filter(pk=row.pk).update(revoked_at=timezone.now())
    later = time.monotonic() + api_keys.CACHE_SECONDS
    monkeypatch.setattr(api_keys.time, "monotonic", lambda: later)
    assert api_keys.recall(key) is None
    with pytest.raises(Unauthenticated):
        api_keys.resolve(key)


def test_a_key_is_not_remembered_beyond_its_end(key, row, monkeypatch):
    ApiKey.objects.filter(pk=row.pk).update(expires_at=timezone.now() + timedelta(seconds=0.5))
    api_keys.resolve(key)
    later = time.monotonic() + 0.6
    monkeypatch.setattr(api_keys.time, "monotonic", lambda: later)
    assert api_keys.recall(key) is None


def test_a_suspended_server_is_refused(key, server):
    type(server).objects.filter(pk=server.pk).update(status="suspended")
    with pytest.raises(Refused, match="suspended"):
        api_keys.resolve(key)
    assert api_keys.recall(key) is None


def test_its_use_is_noted_but_not_with_every_call(key, row):
    api_keys.resolve(key)
    row.refresh_from_db()
    first = row.last_used_at
    assert first
    api_keys.forget_all()
    api_keys.resolve(key)
    row.refresh_from_db()
    assert row.last_used_at == first


def test_strangers_do_not_fill_the_memory(key):
    for at in range(50):
        with pytest.raises(Unauthenticated):
            api_keys.resolve(f"sk-000000000000-{at}")
    assert api_keys._entries == {}
