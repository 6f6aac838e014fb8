"""Temper moves what trust it takes, and not far."""

from dataclasses import replace
from itertools import product

import pytest

from npcs.confiding import LIMITS, needed, opened
from npcs.scales import Sensitivity
from tests.npcs.composer.test_compose import TOMAS


def of(openness=0.5, agreeableness=0.5, neuroticism=0.5):
    return replace(TOMAS, openness=openness, agreeableness=agreeableness, neuroticism=neuroticism)


EXTREMES = [of(*traits) for traits in product((0.0, 0.5, 1.0), repeat=3)]


def test_a_temper_in_the_middle_takes_what_the_scale_says():
    assert [needed(of(), tier) for tier in Sensitivity] == [0, 5, 8, 10]


def test_an_open_calm_one_confides_sooner_than_a_closed_anxious_one():
    lyra, thorne = of(0.9, 0.8, 0.2), of(0.3, 0.3, 0.7)
    for tier in (Sensitivity.PRIVATE, Sensitivity.SECRET):
        assert needed(lyra, tier) < tier < needed(thorne, tier)


@pytest.mark.parametrize("who", EXTREMES)
def test_every_tier_is_reached_and_they_stay_in_order(who):
    found = [needed(who, tier) for tier in Sensitivity]
    assert found == sorted(set(found))
    assert found[-1] <= 10
    assert [opened(who, trust) for trust in found] == list(Sensitivity)


@pytest.mark.parametrize("who", EXTREMES)
def test_what_is_confidential_stays_rare(who):
    assert opened(who, 9.49) is not Sensitivity.CONFIDENTIAL
    assert opened(who, 10.0) is Sensitivity.CONFIDENTIAL
    assert all(low <= needed(who, tier) <= high for tier, (low, high) in LIMITS.items())


def test_what_is_public_is_open_to_the_worst_enemy():
    assert all(opened(who, 0.0) is Sensitivity.PUBLIC for who in EXTREMES)
