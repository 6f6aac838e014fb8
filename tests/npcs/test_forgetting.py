from datetime import UTC, datetime, timedelta

import pytest

from npcs.forgetting import Held, beyond, echoes, faded, repeats
from npcs.reflection import reflections

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def held(pk, text="I sold herbs.", *, days=0.0, importance=3.0, speaker="player", used=None):
    return Held(
        id=pk, text=text, speaker=speaker, importance=importance,
        happened_at=NOW - timedelta(days=days),
        used_at=None if used is None else NOW - timedelta(days=used),
    )  # fmt: skip


def test_what_was_said_twice_is_kept_once_the_newest():
    found = repeats([held(1, "My sister is ill!", days=9), held(2, "my sister is ill", days=1)])
    assert found == [(1, 2)]


def test_what_two_speakers_said_is_not_the_same():
    assert repeats([held(1, "I am ill"), held(2, "I am ill", speaker="npc")]) == []


def test_other_words_are_another_memory():
    assert repeats([held(1, "My sister Mira is ill"), held(2, "My sister Joana is ill")]) == []
    assert repeats([held(1, "I have 3 dogs"), held(2, "I have 4 dogs")]) == []
    assert repeats([held(1, "I am afraid"), held(2, "I am not afraid")]) == []


def test_small_talk_fades_and_what_matters_stays():
    assert faded([held(1, days=60, importance=2.0)], NOW) == [1]
    assert faded([held(1, days=5, importance=2.0)], NOW) == []
    assert faded([held(1, days=5000, importance=6.0)], NOW) == []


def test_what_was_thought_of_lately_is_not_forgotten():
    assert faded([held(1, days=60, importance=2.0, used=2)], NOW) == []


def test_the_weakest_go_where_there_is_no_room():
    some = [held(1, importance=9, days=1), held(2, importance=2, days=1), held(3, importance=5)]
    assert beyond(some, 2, NOW) == [2]
    assert beyond(some, 2, NOW, gone=[3]) == []


def test_what_never_fades_stays_also_beyond_the_cap():
    some = [held(pk, importance=10, days=999) for pk in range(5)]
    assert beyond(some, 2, NOW) == []


@pytest.mark.parametrize(
    ("said", "echo"),
    [
        ("so your sister Mira is ill", True),
        ("My sister Mira is ill", False),
        ("is ill", False),
    ],
)
def test_what_only_repeats_the_npc_is_an_echo(said, echo):
    assert echoes(said, ["Ah, so your sister Mira is ill?"]) is echo


def test_a_thing_that_comes_back_on_several_days_is_noticed():
    lines = [held(at, f"My sister was at place {at}.", days=at) for at in (1, 2, 3)]
    [found] = reflections(lines, player_name="Aline", language="en")
    assert found.drawn_from == (1, 2, 3)
    assert "Aline" in found.text and "sister" in found.text and "3 days" in found.text


def test_nothing_is_drawn_from_what_others_said_or_from_one_day():
    assert reflections(
        [held(at, "My sister is here.", days=at, speaker="npc") for at in range(5)],
        player_name="Aline", language="en",
    ) == []  # fmt: skip
    assert reflections(
        [held(at, f"My sister is here, {at}.") for at in range(5)],
        player_name="Aline", language="en",
    ) == []  # fmt: skip


def test_deeds_and_everyday_words_are_not_noticed():
    lines = [held(at, f"I came back {at} times.", days=at) for at in (1, 2, 3)]
    assert reflections(lines, player_name="Aline", language="en") == []
    named = [held(at, f"I met Joren on the road {at}.", days=at) for at in (1, 2, 3)]
    assert [one.subject for one in reflections(named, player_name="Aline", language="en")] == [
        "joren"
    ]
