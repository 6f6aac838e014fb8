"""What quests may pay, without a database."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiworld.errors import Invalid
from quests import patterns, rules
from quests.rules import DEFAULT_CAPS, Cap, Listed, Policy, Reward, Room
from quests.telling import ON_MAP, phrases

amounts = st.integers(0, 10**12)
caps = st.builds(Cap, zeny=amounts, exp=amounts, item_value=amounts, grants=st.integers(0, 9))
listed = st.builds(
    Listed, item_id=st.integers(1, 9), value=st.integers(0, 10**6), amount=st.integers(0, 30),
    min_difficulty=st.integers(1, 6), per_day=st.integers(0, 50),
)  # fmt: skip
policies = st.builds(
    Policy,
    zeny_base=st.integers(0, 10**6),
    exp_base=st.integers(0, 10**6),
    items_percent=st.integers(0, 100),
    caps=st.fixed_dictionaries(dict.fromkeys(DEFAULT_CAPS, caps)),
    items=st.lists(listed, max_size=4, unique_by=lambda one: one.item_id).map(tuple),
)
offers = st.builds(
    Reward,
    zeny=st.integers(-(10**15), 10**15),
    base_exp=st.integers(-(10**15), 10**15),
    job_exp=st.integers(-(10**15), 10**15),
    items=st.lists(
        st.tuples(st.integers(1, 12), st.integers(-5, 10**6), st.integers(-9, 10**9)), max_size=5
    ).map(tuple),
)


def check(paid, policy):
    for cap in policy.caps.values():
        assert 0 <= paid.zeny <= cap.zeny
        assert paid.base_exp >= 0 and paid.job_exp >= 0 and paid.exp <= cap.exp
        assert paid.item_value <= cap.item_value
    whitelist = {one.item_id: one for one in policy.items}
    for item, pieces, worth in paid.items:
        assert 0 < pieces <= min(whitelist[item].amount, whitelist[item].per_day)
        assert worth == whitelist[item].value


@given(policies, offers)
def test_whatever_is_offered_no_cap_is_exceeded_and_no_item_is_off_the_list(policy, offered):
    check(rules.clipped(offered, policy), policy)


@given(policies, st.integers(1, 6), st.integers(-5, 10**6), st.text(max_size=9))
def test_what_a_quest_pays_is_within_the_policy_and_the_same_for_the_same_seed(
    policy, difficulty, level, seed
):
    paid = rules.reward(policy, difficulty=difficulty, level=level, seed=seed)
    check(paid, policy)
    assert paid == rules.reward(policy, difficulty=difficulty, level=level, seed=seed)


@given(offers, st.integers(1, 12))
def test_a_partys_parts_are_together_no_more_than_one_would_get(offered, members):
    whole = rules.clipped(offered, replace(Policy(), caps=DEFAULT_CAPS))
    parts = [rules.part(whole, members=members, first=at == 0) for at in range(members)]
    assert sum(part.zeny for part in parts) <= whole.zeny
    assert sum(part.exp for part in parts) <= whole.exp
    assert sum(part.item_value for part in parts) <= whole.item_value


def test_a_partys_items_go_once_to_whoever_accepted():
    whole = Reward(zeny=90, items=((501, 3, 20), (502, 1, 50)))
    parts = [rules.part(whole, members=3, first=at == 0) for at in range(3)]
    assert [part.items for part in parts] == [whole.items, (), ()]
    assert [part.zeny for part in parts] == [30, 30, 30]


@given(st.sampled_from(sorted(rules.HARDEST)), st.integers(-9, 99))
def test_a_proposed_difficulty_stays_within_what_the_work_can_be(kind, proposed):
    allowed = rules.difficulty_of(kind, proposed)
    assert rules.EASIEST.get(kind, 1) <= allowed <= rules.HARDEST[kind]


def test_a_harder_quest_asks_for_more_before_it_pays_more():
    for kind in rules.WORK:
        counts = [rules.amount(kind, difficulty) for difficulty in range(1, 7)]
        assert counts == sorted(set(counts))


def test_the_default_policy_gives_no_items():
    for difficulty in range(1, 7):
        for level in (1, 99, 250):
            paid = rules.reward(Policy(), difficulty=difficulty, level=level, seed="x")
            assert not paid.items and paid.zeny <= DEFAULT_CAPS["quest"].zeny


@pytest.mark.parametrize("name", ["zeny", "exp", "item_value"])
def test_a_cap_is_reached_but_not_passed(name):
    cap = Cap(zeny=10, exp=10, item_value=10, grants=5)
    paid = Reward(zeny=4, base_exp=4, items=((1, 1, 4),))
    assert rules.fits(Room(**{name: 6}), paid, cap)
    assert not rules.fits(Room(**{name: 7}), paid, cap)
    assert not rules.fits(Room(grants=5), Reward(), cap)


def test_what_was_given_is_compared_piece_by_piece():
    granted = {"zeny": 5, "base_exp": 0, "job_exp": 0, "items": [[501, 2]]}
    assert rules.same(granted, granted | {"items": [[501, 1], [501, 1]]})
    assert not rules.same(granted, granted | {"items": [[501, 3]]})
    assert not rules.same(granted, granted | {"items": [[501, 2], [607, 1]]})
    assert not rules.same(granted, granted | {"zeny": 6})


def test_every_kind_is_told_in_every_language():
    for language in ON_MAP:
        assert set(rules.HARDEST) <= set(phrases(language)), language
        for kind in rules.HARDEST:
            assert all(phrases(language)[kind][part] for part in ("title", "text"))


def test_a_condition_knows_who_asks_and_nothing_else():
    patterns.check("level >= 30 and 501 in items and party >= 2 or chance < 0.1")
    with pytest.raises(Invalid, match="party"):
        patterns.check("zeny > 5")
