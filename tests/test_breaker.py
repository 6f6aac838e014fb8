from __future__ import annotations

import pytest

from aiworld.breaker import Breaker
from aiworld.errors import Unavailable


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def breaker(clock):
    return Breaker("the oracle", failures=3, seconds=2.0, clock=clock)


def trip(breaker):
    for _ in range(3):
        breaker.failed()


def test_it_opens_after_failures_in_a_row(breaker):
    breaker.failed()
    breaker.failed()
    breaker.check()
    breaker.failed()
    with pytest.raises(Unavailable, match="the oracle does not answer") as caught:
        breaker.check()
    assert caught.value.retry_after == 2.0


def test_a_success_in_between_starts_the_count_anew(breaker):
    breaker.failed()
    breaker.failed()
    breaker.succeeded()
    breaker.failed()
    breaker.failed()
    assert not breaker.open


def test_after_a_while_one_caller_tries_and_the_others_wait(breaker, clock):
    trip(breaker)
    clock.now += 2.0
    breaker.check()
    with pytest.raises(Unavailable):
        breaker.check()
    breaker.succeeded()
    breaker.check()


def test_a_failed_trial_opens_it_again(breaker, clock):
    trip(breaker)
    clock.now += 2.0
    breaker.check()
    breaker.failed()
    clock.now += 1.9
    with pytest.raises(Unavailable):
        breaker.check()
    clock.now += 0.1
    breaker.check()


def test_a_trial_that_never_reports_back_does_not_block_for_ever(breaker, clock):
    trip(breaker)
    clock.now += 2.0
    breaker.check()
    clock.now += 2.0
    breaker.check()


def test_it_can_be_opened_at_once_for_a_given_time(breaker, clock):
    breaker.open_for(60.0, "rejected the key")
    clock.now += 59.0
    with pytest.raises(Unavailable, match="rejected the key") as caught:
        breaker.check()
    assert caught.value.retry_after == pytest.approx(1.0)
    clock.now += 1.0
    breaker.check()
