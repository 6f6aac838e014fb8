from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from npcs import reading
from npcs.models.relationship import NpcRelationship
from npcs.moods import HALF_LIFE, PLEASANT, UNPLEASANT, Feeling, after, left, mood
from npcs.relationships import Raised, feeling, meet
from npcs.turns import Said

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
EMOTIONS = sorted(PLEASANT | UNPLEASANT | {"neutral", "surprised", "curious"})


def angry(strength=0.6, at=NOW):
    return Feeling(emotion="angry", strength=strength, at=at)


def test_an_insult_sets_the_mood_and_time_takes_it_away():
    hurt = after(None, "angry", neuroticism=0.5, now=NOW)
    assert mood("content", hurt, neuroticism=0.5, now=NOW) == "angry"
    soon, late = NOW + HALF_LIFE / 2, NOW + 2 * HALF_LIFE
    assert mood("content", hurt, neuroticism=0.5, now=soon) == "angry"
    assert mood("content", hurt, neuroticism=0.5, now=late) == "content"


def test_it_halves_in_the_half_life_and_stays_longer_with_the_anxious():
    later = NOW + HALF_LIFE
    assert left(angry(), neuroticism=0.5, now=later) == pytest.approx(0.3)
    assert left(angry(), neuroticism=1.0, now=later) > left(angry(), neuroticism=0.0, now=later)
    happy = Feeling(emotion="happy", strength=0.6, at=NOW)
    assert left(happy, neuroticism=1.0, now=later) == left(happy, neuroticism=0.0, now=later)


def test_a_kind_word_takes_from_anger_before_it_makes_happy():
    calmer = after(angry(), "happy", neuroticism=0.5, now=NOW)
    assert calmer.emotion == "angry" and calmer.strength == pytest.approx(0.3)
    again = after(calmer, "happy", neuroticism=0.5, now=NOW)
    assert mood("neutral", again, neuroticism=0.5, now=NOW) == "neutral"
    assert after(again, "happy", neuroticism=0.5, now=NOW).emotion == "happy"


@pytest.mark.parametrize("passing", ["neutral", "surprised", "curious"])
def test_what_passes_with_the_line_changes_no_mood(passing):
    assert after(angry(), passing, neuroticism=0.5, now=NOW) == angry()
    assert after(None, passing, neuroticism=0.5, now=NOW) is None


@given(st.lists(st.tuples(st.sampled_from(EMOTIONS), st.integers(0, 7200)), max_size=30),
       st.floats(0, 1))  # fmt: skip
def test_a_feeling_stays_on_its_scale_and_always_ends(said, neuroticism):
    felt, now = None, NOW
    for emotion, seconds in said:
        now += timedelta(seconds=seconds)
        felt = after(felt, emotion, neuroticism=neuroticism, now=now)
        assert felt is None or 0 <= felt.strength <= 1
    assert mood("content", felt, neuroticism=neuroticism, now=now + timedelta(days=1)) == "content"


def test_a_clock_that_runs_back_adds_nothing():
    assert left(angry(), neuroticism=0.5, now=NOW - timedelta(hours=1)) == 0.6


def test_it_is_kept_with_the_relationship_and_only_with_this_player(npc, inside):
    insulted = Raised(emotion="angry", neuroticism=0.5)
    meet(npc.pk, 7, "Aline", wish=-0.6, reason="insult", now=NOW, raised=insulted)
    meet(npc.pk, 7, "Aline", wish=0.0, reason="", now=NOW + timedelta(minutes=1))
    meet(npc.pk, 8, "Bruno", wish=0.0, reason="", now=NOW)
    one = NpcRelationship.objects.get(npc=npc, char_id=7)
    other = NpcRelationship.objects.get(npc=npc, char_id=8)
    assert feeling(one.mood, one.mood_strength, one.mood_at) == angry()
    assert one.last_reason == "insult"
    assert feeling(other.mood, other.mood_strength, other.mood_at) is None


def test_the_next_line_finds_the_npc_in_that_mood_and_a_later_one_does_not(npc, inside):
    now, insulted = timezone.now(), Raised(emotion="angry", neuroticism=0.5)
    said = Said(npc_key=npc.key, char_id=7, player_name="Aline", text="hello", request_id="m-1")
    assert reading.scene(said).persona.mood == npc.mood
    meet(npc.pk, 7, "Aline", wish=-0.6, reason="insult", now=now, raised=insulted)
    assert reading.scene(said).persona.mood == "angry"
    NpcRelationship.objects.update(mood_at=now - timedelta(hours=3))
    assert reading.scene(said).persona.mood == npc.mood
