"""Counting without a store."""

from __future__ import annotations

import pytest

from tenants.sliding import Slots, Window


def accepted(window, times, *, limit, cost=1.0):
    taken = []
    for now in times:
        if window.wait(now, cost=cost, limit=limit) == 0:
            window.add(now, cost=cost)
            taken.append(now)
    return taken


def most_within(taken, seconds):
    return max(sum(1 for each in taken if start <= each < start + seconds) for start in taken)


def test_the_limit_is_reached_exactly():
    window = Window(60)
    assert len(accepted(window, [1000.0] * 25, limit=10)) == 10


def test_an_even_stream_just_below_the_limit_is_served_to_the_last_call():
    times = [1000 + at * 0.61 for at in range(1000)]
    assert len(accepted(Window(60), times, limit=100)) == 1000


@pytest.mark.parametrize("begin", [0.0, 1.7, 4.99, 30.3])
def test_a_flood_gets_the_limit_in_eleven_twelfths_of_the_time_and_no_more(begin):
    times = [1000 + begin + at * 0.05 for at in range(12_000)]
    taken = accepted(Window(60), times, limit=100)
    assert most_within(taken, 55) <= 100
    assert 900 <= len(taken) <= 1200


@pytest.mark.parametrize("spread", [0.0, 0.3, 4.4])
def test_the_wait_that_is_told_is_long_enough_and_not_too_long(spread):
    window = Window(60)
    last = 1000 + 9 * spread
    assert len(accepted(window, [1000 + at * spread for at in range(10)], limit=10)) == 10
    wait = window.wait(last, cost=1, limit=10)
    assert 0 < wait <= 65
    assert window.wait(last + wait - 0.05, cost=1, limit=10) > 0
    assert window.wait(last + wait + 0.001, cost=1, limit=10) == 0


def test_what_costs_more_than_the_limit_waits_a_whole_window():
    assert Window(60).wait(1000, cost=11, limit=10) == 60


def test_a_cheap_call_counts_little():
    assert len(accepted(Window(60), [1000.0] * 200, limit=10, cost=0.1)) == 100


def test_after_a_window_and_a_part_nothing_is_left():
    window = Window(60)
    accepted(window, [1000.0] * 10, limit=10)
    assert len(accepted(window, [1066.0] * 20, limit=10)) == 10


class TestSlots:
    def test_a_further_one_waits_and_a_known_one_does_not(self):
        slots = Slots(60)
        for at, holder in enumerate("ab"):
            assert slots.wait(at, holder=holder, most=2) == 0
            assert slots.take(at, holder=holder)
        assert slots.wait(2, holder="c", most=2) == 58
        assert slots.wait(2, holder="a", most=2) == 0
        assert not slots.take(2, holder="a")

    def test_a_place_is_free_when_its_holder_was_not_seen_for_long_enough(self):
        slots = Slots(60)
        slots.take(0, holder="a")
        slots.take(50, holder="a")
        assert slots.wait(60, holder="b", most=1) == 50
        assert slots.wait(110, holder="b", most=1) == 0

    def test_a_place_can_be_given_back(self):
        slots = Slots(60)
        slots.take(0, holder="a")
        slots.leave("a")
        assert slots.wait(1, holder="b", most=1) == 0
