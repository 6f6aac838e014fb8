"""Mini-bosses are as strong as those who fight them, and the fights settle it."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from aiworld.changes import Changes, revert
from aiworld.errors import Conflict, Invalid
from tenants.context import in_schema
from tenants.models import Outbox
from tests.world.realm import (
    GHOUL,
    KING,
    OGRE,
    SKELETON,
    TOWN,
    WOLF,
    WOODS,
    batch,
    happened,
    make_player,
    make_realm,
)
from world.bosses import choosing, fights, people, rating
from world.bosses.rating import Rated
from world.models import BossFight, BossFighter, BossRating, WorldEvent

FIGHTS, SETTLED = 4_000, 500
ratings = st.floats(0, 5_000)
rated = st.builds(lambda of, number: Rated(rating=of, fights=number), ratings,
                  st.integers(0, 100))  # fmt: skip


def logistic(random, ours, theirs):
    return random.random() < 1 / (1 + 10 ** ((theirs - ours) / 400))


def fought(*, seed, turnout):
    """Fights of players of different skill against monsters that are not as strong as their level
    says, with HP that matters more than the rules suppose. Yields (skill of the party, won)."""
    random = Random(seed)
    skill = {one: random.gauss(1_400, 250) for one in range(120)}
    players = {one: rating.of_level(50) for one in skill}
    truth = {one: random.gauss(1_400, 150) for one in range(20)}
    monsters = {one: rating.of_level(45 + one // 2) for one in truth}
    results, came_before = [], []
    for _ in range(FIGHTS):
        middle = random.choice(sorted(skill))
        near = sorted(skill, key=lambda one: abs(skill[one] - skill[middle]))[:20]
        expected = random.sample(near, random.randint(1, 5))
        party = rating.team([players[one].rating for one in expected])
        party += choosing.corrected(results[-20:], came_before[-60:], len(expected))
        match = rating.match(party, dict(random.sample(sorted(monsters.items()), 5)))[0]
        come = [one for one in expected if random.random() < turnout] or expected[:1]
        came_before += [one in come for one in expected]
        strength = truth[match.monster_id] + 1.3 * (
            match.rating - monsters[match.monster_id].rating
        )
        ours = rating.team([skill[one] for one in come])
        won = logistic(random, ours, strength)
        moved, monsters[match.monster_id] = rating.after(
            [players[one] for one in come], monsters[match.monster_id], percent=match.percent,
            won=won,
        )  # fmt: skip
        players |= dict(zip(come, moved, strict=True))
        results.append(won)
        yield skill[middle], won


@pytest.mark.parametrize("turnout", [1.0, 0.6])
def test_players_of_every_skill_win_about_every_other_fight(turnout):
    told = list(fought(seed=7, turnout=turnout))[SETTLED:]
    by_skill = [won for _, won in sorted(told, key=lambda one: one[0])]
    third = len(by_skill) // 3
    shares = [sum(part) / len(part) for part in
              (by_skill, by_skill[:third], by_skill[third:-third], by_skill[-third:])]  # fmt: skip
    assert all(0.4 <= share <= 0.6 for share in shares), shares


@given(st.lists(rated, min_size=1, max_size=12), rated, st.integers(40, 400), st.booleans())
def test_a_fight_moves_everybody_towards_what_happened_and_not_far(party, monster, percent, won):
    moved, boss = rating.after(party, monster, percent=percent, won=won)
    sign = 1 if won else -1
    for before, now in zip(party, moved, strict=True):
        assert sign * (now.rating - before.rating) >= 0
        assert abs(now.rating - before.rating) <= 2 * rating.NEW
        assert (rating.LOWEST <= now.rating <= rating.HIGHEST) and now.fights == before.fights + 1
    assert sign * (boss.rating - monster.rating) <= 0


@given(st.lists(ratings, min_size=1, max_size=12))
def test_a_party_is_stronger_than_each_of_it_and_no_more_than_all_alike(party):
    together = rating.team(party)
    assert max(party) <= together + 1e-6
    assert together <= rating.team([max(party)] * len(party)) + 1e-6


@given(ratings, st.dictionaries(st.integers(1, 50), rated, min_size=1, max_size=20))
def test_the_best_match_is_even_where_the_bounds_let_it_be(party, monsters):
    found = rating.match(party, monsters)
    assert {one.monster_id for one in found} == set(monsters)
    for one in found:
        assert rating.WEAKEST <= one.percent <= rating.STRONGEST
        if rating.WEAKEST < one.percent < rating.STRONGEST:
            assert abs(one.win_chance - 0.5) < 0.03


@given(st.lists(st.booleans(), max_size=20), st.lists(st.booleans(), max_size=60),
       st.integers(1, 12))  # fmt: skip
def test_a_correction_is_bounded_and_grows_with_wins(results, come, expected):
    of = choosing.corrected(results, come, expected)
    assert abs(of) < 1_000
    assert choosing.corrected([*results, True], come, expected) > of
    assert choosing.corrected([*results, False], come, expected) < of


@pytest.fixture
def realm(inside):
    make_realm()
    for char_id in (1, 2, 3):
        make_player(char_id, 30)
    return inside


def begun(*chars, monster_id=SKELETON, changes=None):
    party = people.party(dict.fromkeys(chars or (1, 2), 0))
    [match] = choosing.candidates(WOODS, party, monster_id=monster_id)
    return fights.begin(WOODS, match, party, title="A mighty Skeleton", tale="It came.", seed="s",
                        changes=changes or Changes())  # fmt: skip


def after(fight, seconds):
    return fight.begins_at + timedelta(seconds=seconds)


def told(fight, kind, char_id=1, *, seconds=1, **fields):
    fights.receive(batch(happened(kind, char_id, at=after(fight, seconds), **fields)))
    fight.refresh_from_db()


def waiting():
    with in_schema():
        return list(Outbox.objects.filter(task=fights.AWARD).values_list("subject", flat=True))


def test_monsters_of_the_map_and_mvps_are_no_candidates(realm):
    party = people.there(WOODS)
    assert [one.char_id for one in party] == [1, 2, 3]
    found = {one.monster_id for one in choosing.candidates(WOODS, party)}
    assert SKELETON in found and not found & {WOLF, KING}
    for monster_id, why in ((WOLF, "lives on"), (KING, "MVP"), (999, "no monster")):
        with pytest.raises(Invalid, match=why):
            choosing.candidates(WOODS, party, monster_id=monster_id)


def test_a_boss_that_falls_is_won_once_and_ratings_follow(realm):
    fight = begun()
    told(fight, "kill", target_id=WOLF)
    assert fight.status == "open", "another monster is no boss"
    told(fight, "kill", target_id=SKELETON, map_name=TOWN)
    assert fight.status == "open", "one somewhere else is not this one"
    told(fight, "kill", target_id=SKELETON, seconds=5)
    assert (fight.status, waiting()) == ("won", [str(fight.event_id)])
    assert WorldEvent.objects.get().status == "ended"
    first = BossRating.objects.get(char_id=1).rating
    assert first > rating.of_level(30).rating > 0
    assert BossRating.objects.get(monster_id=SKELETON).rating < rating.of_level(30).rating
    assert not BossRating.objects.filter(char_id=2).exists(), "who did not come is not judged"
    told(fight, "kill", target_id=SKELETON, seconds=6)
    assert BossRating.objects.get(char_id=1).rating == first
    assert fights.victors(fight.event_id) == [1]


def test_who_was_expected_and_is_there_has_come_and_strangers_have_not(realm):
    fight = begun(1, 2)
    told(fight, "map_change", 2)
    told(fight, "map_change", 3)
    told(fight, "mvp_kill", 1, target_id=SKELETON, seconds=3)
    assert fights.victors(fight.event_id) == [1, 2]
    assert not BossFighter.objects.filter(char_id=3).exists()


def test_a_party_that_falls_has_lost(realm):
    fight = begun(1, 2)
    told(fight, "death", 1, target_id=SKELETON)
    assert fight.status == "open", "one is still standing"
    told(fight, "death", 2, target_id=SKELETON, seconds=2)
    assert fight.status == "lost" and waiting() == []
    assert BossRating.objects.get(char_id=2).rating < rating.of_level(30).rating
    assert BossRating.objects.get(monster_id=SKELETON).rating > rating.of_level(30).rating


@pytest.mark.parametrize(("came", "status"), [(True, "lost"), (False, "nobody")])
def test_when_its_time_is_over_a_boss_has_won_or_nobody_came(realm, came, status):
    fight = begun()
    if came:
        told(fight, "death", 1, target_id=SKELETON)
    now = fight.begins_at + fights.LASTS
    assert fights.settle_late(now) == 0, "reports may still come"
    assert fights.settle_late(now + timedelta(hours=1)) == 1
    fight.refresh_from_db()
    assert fight.status == status and BossRating.objects.exists() == came
    assert fights.settle_late(now + timedelta(hours=2)) == 0


def test_what_happened_before_or_after_does_not_count(realm):
    fight = begun()
    told(fight, "kill", target_id=SKELETON, seconds=-5)
    told(fight, "kill", target_id=SKELETON, seconds=fights.LASTS.total_seconds() + 5)
    assert fight.status == "open"


def test_one_boss_on_a_map_and_it_can_be_taken_back(realm):
    changes = Changes()
    fight = begun(changes=changes)
    with pytest.raises(Conflict):
        begun()
    assert "char_id" not in str([change.after for change in changes.noted]), "no log of players"
    assert revert(changes.noted) == 2
    assert not BossFight.objects.exists() and not BossFighter.objects.exists()
    assert WorldEvent.objects.get(pk=fight.event_id).retracted
    fights.receive(batch(happened("kill", target_id=SKELETON)))
    assert not BossRating.objects.exists()


def test_strength_follows_what_came_of_the_last_fights(realm):
    def percent():
        party = people.party({1: 30})
        [one] = choosing.candidates(WOODS, party, monster_id=GHOUL)
        return one.percent

    before, now = percent(), timezone.now()
    for at in range(6):
        event = WorldEvent.objects.create(
            kind="boss", title="B", starts_at=now, ends_at=now, status="ended"
        )
        BossFight.objects.create(
            event=event, monster_id=OGRE, map_name=WOODS, percent=100, level=42, win_chance=0.5,
            status="won", begins_at=now, ended_at=now + timedelta(seconds=at),
        )  # fmt: skip
    assert percent() > before
    BossFight.objects.update(status="lost")
    assert percent() < before
