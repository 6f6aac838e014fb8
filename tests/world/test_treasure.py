"""Hunts can be solved: each clue fits one map; who followed them the game's events say."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from aiworld.changes import Changes, revert
from aiworld.errors import Invalid
from tenants.context import in_schema
from tenants.models import Outbox
from tests.conftest import make_npc
from tests.world.realm import (
    ARENA,
    CAVE,
    FIELD,
    GHOUL,
    RABBIT,
    SKELETON,
    SLIME,
    TOWN,
    WOODS,
    batch,
    happened,
    make_realm,
)
from world.models import TreasureFind, WorldEvent
from world.treasure import charting, clues, finding, hiding, sayings
from world.treasure.clues import Feature

features = st.builds(Feature, st.sampled_from(clues.PREFERRED), st.sampled_from("abcde"))
worlds = st.dictionaries(
    st.sampled_from([f"m{at}" for at in range(9)]), st.frozensets(features, max_size=6),
    min_size=1, max_size=9,
)  # fmt: skip


@settings(max_examples=60)
@given(worlds)
def test_every_clue_fits_its_map_and_no_other(maps):
    for name in maps:
        told = clues.clue(name, maps)
        if told:
            assert clues.solutions(told, maps) == [name]
            assert len(told) <= clues.MOST and set(told) <= maps[name]
            for one in told:
                rest = [other for other in told if other != one]
                assert clues.solutions(rest, maps) != [name], "a feature too many"


@settings(max_examples=60)
@given(worlds)
def test_a_map_without_a_clue_is_like_another_or_needs_too_many_words(maps):
    for name in maps:
        if not clues.clue(name, maps) and len(maps) > 1:
            alike = clues.solutions(maps[name], maps)
            assert len(alike) > 1 or len(maps[name]) > clues.MOST


steps = st.lists(st.sampled_from([FIELD, CAVE, WOODS, TOWN]), max_size=12)


@given(st.integers(0, 3), steps, st.sampled_from([(1,), (1, 5), ()]))
def test_a_hunter_never_skips_a_place_nor_goes_back(at, walked, kills):
    maps, now = [FIELD, CAVE, WOODS], timezone.now()
    events = [
        happened("map_change", map_name=name, at=now + timedelta(seconds=number))
        for number, name in enumerate(walked)
    ] + [
        happened("kill", map_name=WOODS, target_id=RABBIT, at=now + timedelta(seconds=20 + one))
        for one in kills
    ]
    done = finding.advance(at, maps, RABBIT, events)
    order, left = at, list(walked) + [WOODS] * len(kills)
    for name in left:
        order += order < 3 and maps[order] == name
    assert (done[0] if done else at) == order
    assert bool(done and done[2]) == (order == 3 and bool(kills))


@pytest.fixture
def realm(inside):
    make_realm()
    make_npc("prontera/Hedwig#inn", role="innkeeper", ai_enabled=True)
    return inside


def hidden(changes=None, maps=(FIELD, CAVE), guardian=SKELETON, **fields):
    known = charting.features()
    return hiding.hide(
        [(name, clues.clue(name, known)) for name in maps], guardian,
        npc="prontera/Hedwig#inn", level=30, title="The lost ring", tale="It rolled away.",
        changes=changes or Changes(), **fields,
    )  # fmt: skip


def went(char_id, *maps, kill=0, later=0, event=None):
    begin = (event or WorldEvent.objects.get(kind="treasure")).starts_at
    at = begin + timedelta(seconds=1 + later)
    events = [
        happened("map_change", char_id, map_name=name, at=at + timedelta(seconds=number))
        for number, name in enumerate(maps)
    ]
    if kill:
        end = at + timedelta(seconds=len(maps))
        events.append(happened("kill", char_id, map_name=maps[-1], target_id=kill, at=end))
    return events


def waiting():
    with in_schema():
        return list(Outbox.objects.filter(task=finding.AWARD).values_list("subject", flat=True))


def test_places_are_told_apart_by_the_servers_own_data(realm):
    found = {one.map_name: one for one in charting.places(30, seed="a")}
    assert ARENA not in found, "no hunt leads into an arena"
    assert found[FIELD].clue == (Feature("lives", "Slime"),)
    assert found[CAVE].clue == (Feature("most", "Skeleton"),), "they live in the crypt, too"
    assert found[TOWN].guardians == () and found[FIELD].guardians[0].monster_id == RABBIT
    known = charting.features()
    assert all(clues.solutions(one.clue, known) == [name] for name, one in found.items())
    assert "Slime" in sayings.riddle(found[FIELD].clue)
    beginner = {one.map_name for one in charting.places(1, seed="a")}
    assert FIELD in beginner and CAVE not in beginner, "nobody is led to where they would die"


def test_a_clue_that_fits_two_maps_is_refused(realm):
    with pytest.raises(Invalid, match="does not tell"):
        hiding.hide([(CAVE, (Feature("lives", "Skeleton"),))] * 2, SKELETON, npc="n", level=1,
                    title="T", tale="T", changes=Changes())  # fmt: skip
    with pytest.raises(Invalid, match="no monster"):
        hidden(guardian=4_711)
    assert not WorldEvent.objects.exists()


def test_everybody_hears_the_riddles_and_none_names_its_place(realm):
    event = hidden()
    assert (event.kind, event.map_name) == ("treasure", "")
    assert "1. Go where Slimes" in event.description or "Slime" in event.description
    assert "Skeleton" in event.description
    for step in event.data["steps"]:
        assert step["map"] not in event.description and step["clue"] in event.description


def test_who_follows_all_of_it_has_found_the_treasure(realm):
    event = hidden()
    finding.receive(batch(*went(1, FIELD)))
    assert TreasureFind.objects.get().step == 1
    finding.receive(batch(*went(1, CAVE, kill=GHOUL, later=10)))
    assert TreasureFind.objects.get().found_at is None, "another monster is no guardian"
    finding.receive(batch(*went(1, CAVE, kill=SKELETON, later=20)))
    assert finding.finder(event.pk) == 1 and waiting() == [str(event.pk)]
    event.refresh_from_db()
    assert event.status == "ended"


def test_out_of_order_nothing_is_found(realm):
    event = hidden()
    finding.receive(batch(*went(1, CAVE, kill=SKELETON)))
    assert not TreasureFind.objects.exists()
    finding.receive(batch(*went(1, FIELD, later=20)))
    assert TreasureFind.objects.get().step == 1 and finding.finder(event.pk) is None


def test_of_two_the_first_has_it_and_the_other_nothing(realm):
    event = hidden()
    both = [*went(1, FIELD, CAVE, kill=SKELETON, later=9), *went(2, FIELD, CAVE, kill=SKELETON)]
    finding.receive(batch(*both))
    assert finding.finder(event.pk) == 2
    finding.receive(batch(*went(3, FIELD, CAVE, kill=SKELETON, event=event)))
    assert TreasureFind.objects.filter(found_at__isnull=False).count() == 1
    assert waiting() == [str(event.pk)]


def test_before_it_began_and_after_it_was_taken_back_nothing_counts(realm):
    changes = Changes()
    event = hidden(changes)
    finding.receive(batch(*went(1, FIELD, CAVE, kill=SKELETON, later=-60)))
    assert not TreasureFind.objects.exists()
    assert revert(changes.noted) == 1
    finding.receive(batch(*went(1, FIELD, CAVE, kill=SKELETON, event=event)))
    assert finding.finder(event.pk) is None and waiting() == []


def test_a_slime_lives_in_the_field_only(realm):
    known = charting.features()
    assert clues.solutions([Feature("lives", "Slime")], known) == [FIELD]
    assert SLIME not in {one.monster_id for place in charting.places(30, seed="b")
                         for one in place.guardians[:1]}  # fmt: skip
