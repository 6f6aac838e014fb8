"""Prices by supply and demand: bounded, in the right direction, and nobody gets rich by carrying
things to and fro."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from world.gamedata.goods import DISCOUNT, OVERCHARGE
from world.market import chains, diagnosis, pricing
from world.market.diagnosis import Figures
from world.market.pricing import LEANS, MOODS, MOST, STEP, Goods

COUNTS = st.floats(0, 1e6)
KINDS = st.sampled_from([*pricing.ELASTICITY, "Unheard of"])


@st.composite
def anything(draw):
    base = draw(st.integers(1, 2**31 - 1))
    return Goods(
        base=base, sell=draw(st.integers(0, base)), kind=draw(KINDS), demand=draw(COUNTS),
        demand_before=draw(COUNTS), supply=draw(COUNTS), supply_before=draw(COUNTS),
        factor=draw(st.floats(1 - MOST, 1 + MOST)), material=draw(st.booleans()),
    )  # fmt: skip


@given(anything(), st.sampled_from(MOODS), st.floats(-1, 1))
def test_a_price_stays_within_half_of_the_usual_one(goods, mood, passed_on):
    found = pricing.price(goods, lean=LEANS[mood], passed_on=passed_on)
    assert math.ceil(goods.base * (1 - MOST)) <= found <= goods.base * (1 + MOST)


@given(anything(), st.sampled_from(MOODS), st.floats(-1, 1))
def test_nobody_buys_with_a_discount_and_sells_with_overcharge_at_a_profit(goods, mood, passed_on):
    """As the game reckons: what is taken off is rounded down, so is what is added."""
    asked = pricing.price(goods, lean=LEANS[mood], passed_on=passed_on)
    paid = goods.sell + goods.sell * OVERCHARGE // 100
    usual_was_enough = goods.base - goods.base * DISCOUNT // 100 >= paid
    assert not usual_was_enough or asked - asked * DISCOUNT // 100 >= paid
    assert usual_was_enough or asked >= goods.base  # the owner's own, and no worse


@given(anything())
def test_what_things_are_made_of_is_never_cheaper_than_usual(goods):
    made_of = Goods(**{**vars(goods), "material": True})
    assert pricing.price(made_of) >= goods.base


@given(anything(), COUNTS)
def test_who_wants_more_pays_more_and_who_brings_more_gets_less(goods, more):
    wanted = Goods(**{**vars(goods), "demand": goods.demand + more, "factor": 1.0})
    before = Goods(**{**vars(goods), "factor": 1.0})
    brought = Goods(**{**vars(before), "supply": goods.supply + more})
    assert pricing.price(wanted) >= pricing.price(before) >= pricing.price(brought)


def test_without_news_a_price_is_as_usual_and_moves_by_steps():
    goods = Goods(base=1_000, sell=100, kind="Etc", demand=50, demand_before=50)
    assert pricing.price(goods) == 1_000
    rush = Goods(**{**vars(goods), "demand": 5_000})
    assert pricing.price(rush) == round(1_000 * (1 + STEP))
    assert pricing.price(Goods(**{**vars(rush), "factor": 1.15})) == round(1_000 * (1 + 2 * STEP))


def test_who_needs_it_bids_it_up_more_than_who_can_wait():
    def wants(kind):
        return pricing.wanted(Goods(base=1, sell=0, kind=kind, demand=60, demand_before=40))

    assert wants("Healing") > wants("Etc") > wants("Card") > 1


@pytest.mark.parametrize(
    "pulls, mood",
    [([], "calm"), ([0.01, -0.01], "calm"), ([0.1], "brisk"), ([0.5, 0.1], "booming"),
     ([-0.1], "slow"), ([-0.4, -0.2], "glum")],
)  # fmt: skip
def test_a_market_feels_as_its_goods_are_wanted(pulls, mood):
    assert pricing.mood(pulls) == mood


class TestChains:
    KNOWN = {3: {2: 5, 1: 1}, 2: {1: 2}}
    USUAL = {1: 10, 2: 40, 3: 300}

    def test_dear_ore_makes_iron_and_steel_dearer_by_its_part_of_the_price(self):
        added = chains.passed_on(self.KNOWN, self.USUAL, {1: 1.3})
        assert added[2] == pytest.approx(0.3 * 20 / 40)
        assert added[3] == pytest.approx(0.3 * 10 / 300 + 0.15 * 200 / 300)

    @given(st.dictionaries(st.integers(1, 3), st.floats(0.5, 1.5)))
    def test_a_product_moves_no_further_than_its_materials(self, factors):
        added = chains.passed_on(self.KNOWN, self.USUAL, factors)
        furthest = 2 * max((abs(each - 1) for each in factors.values()), default=0.0)
        assert all(abs(each) <= furthest + 1e-9 for each in added.values())

    def test_what_is_made_of_itself_is_no_trap(self):
        assert chains.passed_on({1: {2: 1}, 2: {1: 1}}, {1: 5, 2: 5}, {1: 1.2})


FIGURES = st.builds(
    Figures, created=st.integers(0, 10**12), destroyed=st.integers(0, 10**12),
    moved=st.integers(0, 10**12), transactions=st.integers(0, 10**7),
    inflation=st.none() | st.floats(-0.99, 100), gini=st.none() | st.floats(0, 1),
    suspicious=st.integers(0, 100),
)  # fmt: skip


@given(FIGURES)
def test_advice_stays_within_bounds_and_is_borne_by_the_figures(figures):
    assert 0 <= diagnosis.health(figures) <= 100
    assert 0 <= diagnosis.tax(figures) <= diagnosis.MOST_TAX
    advised = diagnosis.advice(figures)
    assert advised != "tax" or (figures.net > 0 and figures.inflation > diagnosis.TARGET)
    assert advised != "ease" or figures.net < 0


def test_a_tax_takes_out_what_came_in_too_much():
    flooded = Figures(created=900, destroyed=400, moved=10_000, transactions=50, inflation=0.2,
                      gini=0.5, suspicious=0)  # fmt: skip
    assert (diagnosis.advice(flooded), diagnosis.tax(flooded)) == ("tax", 5.0)
    calm = Figures(**{**vars(flooded), "inflation": 0.01})
    assert (diagnosis.advice(calm), diagnosis.tax(calm)) == ("nothing", 0.0)
    assert diagnosis.health(calm) > diagnosis.health(flooded)
    assert diagnosis.advice(Figures(**{**vars(calm), "suspicious": 2})) == "watch"
