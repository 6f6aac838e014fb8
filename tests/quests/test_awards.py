"""What a boss or a treasure is worth follows from the owner's policy, once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from quests import awards, handover, policy
from quests.models import DynamicQuest, RewardEntry, RewardPolicy
from quests.rules import DEFAULT_CAPS
from world.models import (
    BossFight,
    BossFighter,
    DungeonDelver,
    DungeonRun,
    TreasureFind,
    WorldEvent,
)

NOW = timezone.now()


@pytest.fixture
def treasure(npc, inside):
    event = WorldEvent.objects.create(
        kind="treasure", title="The lost ring", starts_at=NOW, ends_at=NOW + timedelta(days=1),
        status="ended", data={"npc": npc.key, "level": 50, "steps": [{}, {}], "guardian_id": 1002},
    )  # fmt: skip
    TreasureFind.objects.create(event=event, char_id=1, step=2, moved_at=NOW, found_at=NOW)
    return event


def claimed(char_id=1):
    return handover.claim(char_id, last_given=0, takes_back=False, now=timezone.now())


def test_it_is_paid_once_by_the_policy(treasure):
    first = awards.award(treasure.pk, now=NOW)
    assert awards.award(treasure.pk, now=NOW).pk == first.pk
    assert (first.status, first.difficulty, first.npc.key) == (
        "completed", 2, treasure.data["npc"],
    )  # fmt: skip
    [entry] = claimed()
    assert 0 < entry.zeny <= DEFAULT_CAPS["quest"].zeny
    assert [one.pk for one in claimed()] == [entry.pk]
    assert RewardEntry.objects.count() == 1


def test_caps_hold_however_many_treasures_one_finds(treasure):
    for _ in range(15):
        again = WorldEvent.objects.create(
            kind="treasure", title="T", starts_at=NOW, status="ended", data=treasure.data
        )
        TreasureFind.objects.create(event=again, char_id=1, step=2, moved_at=NOW, found_at=NOW)
        awards.award(again.pk, now=NOW)
    claimed(), claimed()
    paid = RewardEntry.objects.filter(kind="grant", char_id=1)
    assert paid.count() <= DEFAULT_CAPS["player"].grants
    assert sum(one.zeny for one in paid) <= DEFAULT_CAPS["player"].zeny


@pytest.mark.parametrize("values", [{"is_active": False}, {"auto_approve": 0}], ids=str)
def test_where_the_owner_lets_nothing_be_paid_unasked_nothing_is(treasure, values):
    policy.row()
    RewardPolicy.objects.update(**values)
    assert awards.award(treasure.pk, now=NOW) is None
    assert not DynamicQuest.objects.exists() and claimed() == []


def test_what_was_taken_back_or_found_by_nobody_is_worth_nothing(treasure):
    WorldEvent.objects.update(retracted=True)
    assert awards.award(treasure.pk, now=NOW) is None
    WorldEvent.objects.update(retracted=False)
    TreasureFind.objects.update(found_at=None)
    assert awards.award(treasure.pk, now=NOW) is None
    assert awards.award(4_711, now=NOW) is None


def test_victors_share_and_no_more_of_them_than_the_policy_says(npc, inside):
    event = WorldEvent.objects.create(
        kind="boss", title="A boss", map_name="prontera", starts_at=NOW, status="ended",
        data={"level": 50, "monster_id": 1002},
    )  # fmt: skip
    fight = BossFight.objects.create(
        event=event, monster_id=1002, map_name="prontera", percent=100, level=50, win_chance=0.5,
        status="won", begins_at=NOW, ended_at=NOW,
    )  # fmt: skip
    for char_id in range(1, 7):
        BossFighter.objects.create(fight=fight, char_id=char_id, came=char_id != 2)
    quest = awards.award(event.pk, now=NOW)
    chars = list(quest.members.values_list("char_id", flat=True))
    assert chars == [1, 3, 4, 5] and len(chars) == policy.policy().max_members
    assert quest.difficulty == policy.policy().auto_approve, "what needs approval is not paid"
    grants = [claimed(char_id) for char_id in chars]
    assert all(len(one) == 1 for one in grants) and claimed(2) == [] and claimed(6) == []
    assert sum(one.zeny for [one] in grants) <= DEFAULT_CAPS["quest"].zeny


def dug(event_era="ash", char_id=1):
    event = WorldEvent.objects.create(
        kind="find", title="A burnt beam", map_name="prontera", starts_at=NOW, status="ended",
        data={"era": event_era, "object": "burnt_beam"},
    )  # fmt: skip
    TreasureFind.objects.create(event=event, char_id=char_id, step=1, moved_at=NOW, found_at=NOW)
    return event


@pytest.mark.parametrize(
    ("era", "difficulty"), [("living", 1), ("border_wars", 2), ("builders", 3)]
)  # fmt: skip
def test_a_dig_is_paid_by_the_age_of_what_was_found(npc, inside, era, difficulty):
    quest = awards.award(dug(era).pk, now=NOW)
    assert (quest.difficulty, quest.kind, quest.status) == (difficulty, "exploration", "completed")
    [entry] = claimed()
    assert 0 < entry.zeny <= DEFAULT_CAPS["quest"].zeny and claimed() == [entry]


def test_a_cleared_dungeon_is_shared_by_those_who_slew_most(npc, inside):
    rooms = [
        {"number": 1, "floor": 1, "map": "pay_dun00", "purpose": "stairs", "monster_id": 1001,
         "amount": 4},
        {"number": 2, "floor": 1, "map": "pay_dun00", "purpose": "boss", "monster_id": 1002,
         "amount": 1},
    ]  # fmt: skip
    event = WorldEvent.objects.create(
        kind="dungeon", title="Depths", map_name="pay_dun00", starts_at=NOW, status="active",
        data={"level": 50, "rooms": rooms},
    )  # fmt: skip
    for char_id in range(1, 7):
        DungeonDelver.objects.create(event=event, char_id=char_id, slain=char_id)
    run = DungeonRun.objects.create(event=event, moved_at=NOW)
    assert awards.award(event.pk, now=NOW) is None, "its boss stands"
    run.cleared_at = NOW
    run.save()
    quest = awards.award(event.pk, now=NOW)
    assert list(quest.members.values_list("char_id", flat=True)) == [6, 5, 4, 3]
    assert quest.objectives[0]["target"] == "1002" and quest.kind == "boss"
    assert sum(one.zeny for who in (3, 4, 5, 6) for one in claimed(who)) <= (
        DEFAULT_CAPS["quest"].zeny
    )
