"""Who sends wrong keys waits, and nobody else."""

from __future__ import annotations

import time

import pytest
from django.utils import timezone

from aiworld.errors import OverQuota, Unauthenticated
from tenants import api_keys, quotas, wrong_keys
from tenants.models import ApiKey

HERE, ELSEWHERE = "198.51.100.7", "203.0.113.9"
WRONG = "sk-0123456789ab-{}"


@pytest.fixture
def key(server):
    key = api_keys.issue(server)
    elsewhere()
    yield key
    ApiKey.objects.filter(prefix=api_keys.prefix_of(key)).delete()


def elsewhere():
    """As a process that has just started: it shares Redis and no memory."""
    for each in (api_keys, quotas, wrong_keys):
        each.forget_all()


def refusal(key, address=HERE):
    with pytest.raises((OverQuota, Unauthenticated)) as caught:
        wrong_keys.admit(key, address=address)
    return caught.value


def guess(times, *, address=HERE, template="sk-{:012x}-x"):
    return [type(refusal(template.format(at), address)) for at in range(times)]


def test_ten_wrong_keys_and_the_address_waits_a_minute(key):
    assert guess(10) == [Unauthenticated] * 10
    error = refusal("sk-ffffffffffff-x")
    assert error.limit == "wrong_keys" and 55 < error.retry_after <= 60
    assert guess(3, address=ELSEWHERE) == [Unauthenticated] * 3


def test_all_processes_know(key):
    guess(5)
    elsewhere()
    guess(5)
    elsewhere()
    assert isinstance(refusal("sk-ffffffffffff-x"), OverQuota)


def test_the_block_ends(key, monkeypatch):
    monkeypatch.setattr(wrong_keys, "BLOCK", 0.2)
    guess(10)
    assert isinstance(refusal("sk-ffffffffffff-x"), OverQuota)
    time.sleep(0.25)
    quotas.forget_all()
    assert isinstance(refusal("sk-ffffffffffff-x"), Unauthenticated)


class TestARightKey:
    def test_passes_beside_wrong_ones_while_it_is_remembered(self, key, server):
        wrong_keys.admit(key, address=HERE)
        guess(11)
        assert wrong_keys.admit(key, address=HERE) == server

    def test_passes_when_only_its_being_right_is_known(self, key, server):
        wrong_keys.admit(key, address=HERE)
        guess(11)
        api_keys.forget_all()
        assert wrong_keys.admit(key, address=HERE) == server
        elsewhere()  # only Redis knows now
        assert wrong_keys.admit(key, address=HERE) == server

    def test_waits_if_it_was_never_seen_and_comes_from_a_blocked_address(self, key, server):
        guess(11)
        assert isinstance(refusal(key), OverQuota)
        assert wrong_keys.admit(key, address=ELSEWHERE) == server

    def test_stops_passing_when_it_is_revoked(self, key):
        wrong_keys.admit(key, address=HERE)
        guess(11)
        api_keys.forget_all()
        ApiKey.objects.filter(prefix=api_keys.prefix_of(key)).update(revoked_at=timezone.now())
        assert isinstance(refusal(key), Unauthenticated)
        assert isinstance(refusal(key), OverQuota)

    def test_cannot_be_locked_out_by_its_prefix(self, key, server):
        template = f"sk-{api_keys.prefix_of(key)}-guess{{}}"
        answers = [refusal(template.format(at), f"192.0.2.{at}") for at in range(15)]
        kinds = [type(each) for each in answers]
        assert kinds == [Unauthenticated] * 10 + [OverQuota] * 5
        elsewhere()
        assert wrong_keys.admit(key, address=ELSEWHERE) == server


def test_a_prefix_nobody_has_is_answered_the_same(key):
    known = f"sk-{api_keys.prefix_of(key)}-guess"
    unknown = "sk-0123456789ab-guess"
    answers = [
        [(type(each), str(each)) for each in (refusal(k, f"192.0.2.{at}") for at in range(10))]
        for k in (known, unknown)
    ]
    assert answers[0] == answers[1]


def test_an_ipv6_address_counts_by_its_network(key):
    for at in range(10):
        refusal(f"sk-{at:012x}-x", f"2001:db8:1:2::{at:x}")
    assert isinstance(refusal("sk-ffffffffffff-x", "2001:db8:1:2:ffff::1"), OverQuota)
    assert isinstance(refusal("sk-ffffffffffff-x", "2001:db8:1:3::1"), Unauthenticated)


def test_what_is_remembered_is_bounded(monkeypatch):
    monkeypatch.setattr(wrong_keys, "MOST_KEPT", 10)
    kept = wrong_keys.Until()
    for at in range(100):
        kept.put(str(at), 60)
    assert len(kept) == 10 and kept.left("99") > 0 and kept.left("1") == 0
