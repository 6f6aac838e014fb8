"""What suits a character: traits, alignment, mood and trust, each on its own."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from npcs.acts import ACTS, act_of
from npcs.brief import Persona
from npcs.models.personality import TRAITS
from npcs.utility import LEANINGS, compensated, utility

EVERYMAN = Persona(
    key="m/a", name="A", role="villager", map_name="m", x=0, y=0, openness=0.5,
    conscientiousness=0.5, extraversion=0.5, agreeableness=0.5, neuroticism=0.5,
    alignment="true_neutral", background="", speech_style="",
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("Attack the thief", "fight"),
        ("Ajudar o viajante", "help"),
        ("Huir al bosque", "flee"),
        ("Jual ramuan kepadanya", "trade"),
        ("โกหกเขา", "deceive"),
        ("경비병에게 신고한다", "report"),
        ("Ask her to wait outside", "talk"),
        ("Helpless whistling", "help"),
        ("A banana", "other"),
        ("", "other"),
    ],
)
def test_an_act_is_told_from_the_words(text, act):
    assert act_of(text) == act


def test_every_act_has_a_leaning_and_only_known_traits():
    assert set(LEANINGS) == set(ACTS)
    assert {name for lean in LEANINGS.values() for name in lean.traits} <= set(TRAITS)


@pytest.mark.parametrize(
    ("trait", "act"),
    [
        ("agreeableness", "help"), ("neuroticism", "flee"), ("openness", "explore"),
        ("extraversion", "talk"), ("conscientiousness", "report"),
    ],
)  # fmt: skip
def test_a_trait_makes_its_act_more_likely(trait, act):
    low, high = (replace(EVERYMAN, **{trait: value}) for value in (0.1, 0.9))
    assert utility(act, high, trust=None) > utility(act, EVERYMAN, trust=None)
    assert utility(act, EVERYMAN, trust=None) > utility(act, low, trust=None)


def test_alignment_mood_and_trust_count():
    good, evil = (replace(EVERYMAN, alignment=f"lawful_{each}") for each in ("good", "evil"))
    assert utility("give", good, trust=None) > utility("give", evil, trust=None)
    angry = replace(EVERYMAN, mood="angry")
    assert utility("fight", angry, trust=None) > utility("fight", EVERYMAN, trust=None)
    assert utility("give", EVERYMAN, trust=9) > utility("give", EVERYMAN, trust=1)
    assert utility("refuse", EVERYMAN, trust=9) < utility("refuse", EVERYMAN, trust=1)


def test_a_players_name_in_the_world_counts_where_it_is_about_a_player():
    cold, warm = (replace(EVERYMAN, regard=each) for each in ("cold", "warm"))
    for act, sign in (("help", 1), ("fight", -1)):
        of = [sign * utility(act, who, trust=2) for who in (cold, EVERYMAN, warm)]
        assert of == sorted(of) and len(set(of)) == 3
    assert utility("help", cold, trust=None) == utility("help", warm, trust=None)


def test_what_was_done_lately_is_worth_less():
    often = [utility("talk", EVERYMAN, trust=5, lately=times) for times in range(4)]
    assert often == sorted(often, reverse=True) and len(set(often)) == 4


@given(st.lists(st.floats(0.05, 1), min_size=1, max_size=6))
def test_the_compensated_product_stays_between_the_product_and_one(considerations):
    product = 1.0
    for each in considerations:
        product *= each
    assert product - 1e-9 <= compensated(considerations) <= 1 + 1e-9


@given(
    act=st.sampled_from(ACTS),
    traits=st.lists(st.floats(0, 1), min_size=5, max_size=5),
    trust=st.none() | st.floats(0, 10),
    fit=st.floats(0, 1),
)
def test_a_utility_lies_between_zero_and_one(act, traits, trust, fit):
    who = replace(EVERYMAN, **dict(zip(TRAITS, traits, strict=True)))
    assert 0 < utility(act, who, trust=trust, fit=fit) <= 1
