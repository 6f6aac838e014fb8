"""Karma and reputation: by the rules' points, within a day's cap, fading."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from aiworld.changes import Changes, revert
from aiworld.errors import Conflict, NotFound
from npcs.scales import Alignment
from world import deeds, karma, reputation
from world.deeds import DEEDS
from world.models import FactionNode, PlayerProfile, ReputationScore, StandingMove


def judged(char_id=1, deed="help", weight=1.0, **fields):
    return karma.judge(
        char_id, deed, weight=weight, reason="", changes=fields.pop("changes", Changes()), **fields
    )


@given(st.integers(-10_000, 10_000))
def test_every_karma_is_one_of_the_nine_alignments(points):
    assert karma.alignment(points) in Alignment.values


def test_the_alignments_go_from_good_to_evil():
    seen = list(dict.fromkeys(karma.alignment(at) for at in range(10_000, -10_001, -1)))
    assert len(seen) == 9 and seen[0] == "lawful_good" and seen[-1] == "chaotic_evil"
    assert karma.alignment(0) == "true_neutral"


@given(st.integers(-500, 500), st.floats(0, 1))
def test_a_weight_never_makes_more_of_a_deed(points, weight):
    assert abs(deeds.worth(points, weight)) <= abs(points)
    assert deeds.worth(points, weight) * points >= 0


@given(st.lists(st.integers(-5_000, 5_000), max_size=30), st.integers(1, 2_000))
def test_no_day_moves_further_than_its_cap(wishes, cap):
    moved = 0
    for wish in wishes:
        moved += deeds.capped(wish, moved, cap)
        assert -cap <= moved <= cap


def test_a_deed_moves_karma_and_says_why(inside):
    found = judged(deed="rescue", weight=0.5, name="Aline")
    assert (found.karma, found.moved) == (75, 75)
    assert PlayerProfile.objects.get(char_id=1).name == "Aline"
    [move] = StandingMove.objects.all()
    assert (move.deed, move.points, move.faction) == ("rescue", 75, None)


def test_many_deeds_a_day_are_capped_and_the_next_day_is_new(inside):
    for _ in range(12):
        judged(deed="rescue")
    assert PlayerProfile.objects.get(char_id=1).karma == karma.A_DAY
    StandingMove.objects.update(moved_at=timezone.now() - timedelta(hours=25))
    assert judged(deed="rescue").moved == DEEDS["rescue"].karma


def test_karma_fades_towards_nothing_and_never_past_it(inside):
    for char_id, points in ((1, 10_000), (2, -500), (3, 1), (4, -1), (5, 0)):
        PlayerProfile.objects.create(char_id=char_id, name=str(char_id), karma=points)
    assert karma.fade() == 4
    found = dict(PlayerProfile.objects.values_list("char_id", "karma"))
    assert found == {1: 9_900, 2: -495, 3: 0, 4: 0, 5: 0}


def test_a_faction_and_its_friends_and_enemies_think_of_a_deed(inside):
    edges = {"b": {"kind": "allied", "strength": 1}, "c": {"kind": "at_war", "strength": 1}}
    for key, relations in (("a", edges), ("b", {}), ("c", {})):
        FactionNode.objects.create(key=key, name=key, kind="guild", relations=relations)
    found = reputation.judge(1, "a", "betray", weight=1, reason="x", changes=Changes())
    assert [(one.faction, one.moved, one.hops, one.tier) for one in found] == [
        ("a", -250, 0, "unfriendly"), ("c", 125, 1, "neutral"), ("b", -75, 1, "unfriendly"),
    ]  # fmt: skip
    for _ in range(5):
        found = reputation.judge(1, "a", "betray", weight=1, reason="x", changes=Changes())
    assert found[0].score == reputation.FIRST - reputation.A_DAY
    with pytest.raises(NotFound):
        reputation.judge(1, "nobody", "help", weight=1, reason="", changes=Changes())


def test_opinions_fade_towards_the_first_one(inside):
    faction = FactionNode.objects.create(key="a", name="a", kind="guild")
    for char_id, score in ((1, 9_750), (2, 0), (3, 3_751), (4, 3_750)):
        player = PlayerProfile.objects.create(char_id=char_id, name=str(char_id))
        ReputationScore.objects.create(player=player, faction=faction, score=score)
    assert reputation.fade() == 3
    found = dict(ReputationScore.objects.values_list("player_id", "score"))
    assert found == {1: 9_720, 2: 19, 3: 3_750, 4: 3_750}


class TestTakingBack:
    def test_puts_back_what_was_there_and_removes_what_was_made(self, inside):
        changes = Changes()
        judged(deed="rescue", changes=changes)
        assert revert(changes.noted) == 2
        assert PlayerProfile.objects.get(char_id=1).karma == 0
        assert not StandingMove.objects.exists()

    def test_takes_only_its_own_part_from_a_number_that_moved_on(self, inside):
        first = Changes()
        judged(deed="rescue", changes=first)
        judged(deed="help")
        revert(first.noted)
        assert PlayerProfile.objects.get(char_id=1).karma == DEEDS["help"].karma

    def test_stays_within_the_scale(self, inside):
        first = Changes()
        judged(deed="murder", changes=first)
        PlayerProfile.objects.update(karma=9_900)
        revert(first.noted)
        assert PlayerProfile.objects.get(char_id=1).karma == 10_000

    def test_is_all_or_nothing(self, inside):
        a = FactionNode.objects.create(key="a", name="A", kind="guild", description="old")
        changes = Changes()
        changes.update(a, influence=0.9)
        changes.update(a, description="new")
        FactionNode.objects.update(influence=0.5, description="somebody else's")
        with pytest.raises(Conflict):
            revert(changes.noted)
        a.refresh_from_db()
        assert (a.influence, a.description) == (0.5, "somebody else's")
