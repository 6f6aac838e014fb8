"""How the cost of the map-server's loop is told from noise."""

from __future__ import annotations

import random
import statistics

import pytest

from clients.rathena.tests.live import pairs


def test_the_median_of_pairs_comes_with_an_interval_that_holds_it_as_often_as_it_says() -> None:
    dice, hits = random.Random(7), 0
    for _ in range(2_000):
        found = pairs.spread([dice.expovariate(1.0) for _ in range(12)])
        hits += found.low <= 0.6931 <= found.high
    assert found.sure == pytest.approx(0.961, abs=0.001)
    assert hits / 2_000 == pytest.approx(found.sure, abs=0.015)


def test_one_wild_pair_of_twelve_does_not_move_what_is_reported() -> None:
    calm = [0.4, 0.1, 0.5, 0.3, 0.2, 0.6, 0.4, 0.3, 0.2, 0.5, 0.1]
    found = pairs.spread([*calm, 130.0])
    assert found.median == statistics.median([*calm, 130.0]) == pytest.approx(0.35)
    assert found.high < 1


def test_too_few_pairs_say_how_unsure_they_are() -> None:
    found = pairs.spread([1.0, 2.0, 3.0])
    assert (found.low, found.median, found.high, found.sure) == (1.0, 2.0, 3.0, 0.75)


def test_idle_and_loaded_phases_change_places_from_pair_to_pair() -> None:
    assert pairs.order(3) == [False, True, True, False, False, True]


def test_a_single_pair_is_sure_of_nothing() -> None:
    assert pairs.spread([5.0]).sure == 0
