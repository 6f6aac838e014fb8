from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from npcs.retrieval import Candidate, scores

NOW = datetime(2024, 5, 6, tzinfo=UTC)
LANGUAGES = ("en", "pt", "es")


def rated(said, *texts, language="en", dense=None, **fields):
    vectors = dense or [None] * len(texts)
    candidates = [
        Candidate(id=at, text=text, dense=near, **fields)
        for at, (text, near) in enumerate(zip(texts, vectors, strict=True))
    ]
    return scores(said, candidates, language=language, now=NOW)


def test_nothing_to_rate():
    assert rated("Where is my sister?") == []


def test_a_shared_word_is_found_without_a_vector():
    sister, horse = rated("How is my sister?", "My sister Mira is ill", "I sold my horse")
    assert sister > 0.3 > horse == 0


@pytest.mark.parametrize(
    "language, said, text",
    [
        ("pt", "Como está a minha irmã?", "A minha irmã está doente"),
        ("es", "¿Cómo está mi hermana?", "Mi hermana está enferma"),
    ],
)
def test_in_every_language(language, said, text):
    fits, other = rated(said, text, "Vendi o cavalo", language=language)
    assert fits > other


def test_a_rare_word_counts_more_than_one_that_all_share():
    texts = ["iron from Geffen", "iron from Alberta", "iron and coal", "iron and copper"]
    found = rated("iron Alberta", *texts)
    assert found[1] == max(found) > found[0]


def test_a_near_vector_finds_what_shares_no_word():
    near, far = rated("Is she unwell?", "Mira has a fever", "I sold it", dense=[0.65, 0.1])
    assert near > 0.3 > far


def test_words_alone_are_enough_where_there_is_no_vector():
    with_word, with_vector = rated("my sister", "my sister", "my sister", dense=[None, 0.9])
    assert with_word == pytest.approx(with_vector, abs=0.05)


def test_importance_and_age_break_ties_and_no_more():
    def one(text, **fields):
        return scores(
            "my sister", [Candidate(id=1, text=text, dense=None, **fields)],
            language="en", now=NOW,
        )[0]  # fmt: skip

    fresh = one("my sister", happened_at=NOW)
    old = one("my sister", happened_at=NOW - timedelta(days=3000))
    heavy = one("my sister", importance=10.0)
    light = one("my sister", importance=0.0)
    assert fresh > old > fresh - 0.1
    assert heavy > light > heavy - 0.1
    assert one("my horse", importance=10.0, happened_at=NOW) < light


def test_what_does_not_fit_at_all_is_nothing_however_important():
    assert rated("my sister", "iron from Geffen", importance=10.0, happened_at=NOW) == [0]


def test_a_memory_of_the_future_does_no_harm():
    assert 0 < rated("my sister", "my sister", happened_at=NOW + timedelta(days=9))[0] <= 1


text = st.text(max_size=60)
candidates = st.lists(
    st.builds(
        Candidate,
        id=st.integers(1, 99),
        text=text,
        dense=st.none() | st.floats(-1, 1),
        importance=st.floats(0, 10),
        happened_at=st.none()
        | st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
    ),
    max_size=8,
)


@settings(max_examples=60, deadline=None)
@given(text, candidates, st.sampled_from(LANGUAGES))
def test_whatever_is_said_every_score_is_on_the_scale_and_the_same_again(said, found, language):
    once = scores(said, found, language=language, now=NOW)
    assert len(once) == len(found)
    assert all(0 <= score <= 1 for score in once)
    assert scores(said, found, language=language, now=NOW) == once


@settings(max_examples=40, deadline=None)
@given(text, st.floats(-1, 1), st.floats(-1, 1))
def test_a_nearer_vector_never_counts_less(said, one, other):
    low, high = rated(said, "my sister", "my sister", dense=sorted((one, other)))
    assert low <= high
