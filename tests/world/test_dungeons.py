"""Every dungeon is connected, every key lies before its lock, the boss waits on the last floor."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aiworld.changes import Changes, revert
from aiworld.errors import Conflict, Invalid
from tenants.context import in_schema
from tenants.models import Outbox
from tests.world.realm import (
    CAVE,
    CRYPT,
    OGRE,
    SKELETON,
    WOLF,
    WOODS,
    batch,
    happened,
    make_player,
    make_realm,
)
from world.bosses import people
from world.dungeons import choosing, delving, filling, layout, opening, solving
from world.dungeons.delving import Delve
from world.dungeons.filling import Floor, Party
from world.happenings.places import Dungeon
from world.models import BossRating, DungeonDelver, DungeonRun, WorldEvent

LEVELS = {1: 5, 2: 20, 3: 40, 4: 80, 5: 120, 9: 150}
plans = st.builds(
    lambda floors, rooms, locks, seed: layout.layout(
        floors=floors, rooms=rooms, locks=locks, random=Random(seed)
    ),
    st.integers(1, 5), st.integers(4, 12), st.integers(0, 3), st.integers(0, 2**32),
)  # fmt: skip
parties = st.builds(lambda level, members: Party(level=level, members=members),
                    st.integers(1, 200), st.integers(1, 12))  # fmt: skip


def drawn(plan, party, seed=0):
    floors = [Floor(map_name=f"m{at}", places=[]) for at in range(len(plan.exits))]
    monsters = {one: LEVELS[one] for one in (1, 2, 3, 4, 5)}
    return filling.filled(plan, floors, party, monsters, 9, Random(seed))


@settings(max_examples=60, deadline=None)
@given(plans, parties)
def test_every_dungeon_can_be_solved(plan, party):
    rooms, doors = drawn(plan, party)
    assert solving.faults(rooms, doors) == []
    order = solving.reached(rooms, doors)
    assert sorted(order) == sorted(room.number for room in rooms)
    key_in = {room.key: room.number for room in rooms if room.key}
    behind = nx.Graph()
    behind.add_nodes_from(room.number for room in rooms)
    for lock, room in key_in.items():
        behind.add_edges_from((one.one, one.other) for one in doors if one.lock != lock)
        assert nx.has_path(behind, plan.entrance, room), "a key lies behind its own lock"
        behind.remove_edges_from(list(behind.edges))
    [boss] = [room for room in rooms if room.purpose == "boss"]
    assert boss.floor == len(plan.exits) and boss.amount == 1
    assert max(room.amount for room in rooms) <= filling.MOST_IN_A_ROOM


@settings(max_examples=40, deadline=None)
@given(plans)
def test_a_lock_is_on_every_way_to_the_boss(plan):
    locked = [edge for edge in plan.graph.edges if plan.graph.edges[edge]["lock"]]
    for one, other in locked:
        rest = plan.graph.copy()
        rest.remove_edge(one, other)
        assert not nx.has_path(rest, plan.entrance, plan.boss), "one can walk around the lock"


@settings(max_examples=40, deadline=None)
@given(plans, st.integers(1, 150), st.integers(1, 11))
def test_what_waits_follows_the_party(plan, level, members):
    def threat(party):
        return filling.threat(drawn(plan, party)[0], LEVELS)

    of = threat(Party(level=level, members=members))
    assert threat(Party(level=level, members=members + 1)) >= of
    assert (
        filling.wished(Party(level=level + 10, members=1), 0.5)
        == filling.wished(Party(level=level, members=1), 0.5) + 10
        or level < 10
    )
    depths = [filling.wished(Party(level=level, members=1), at / 10) for at in range(11)]
    assert depths == sorted(depths), "deeper is never easier"


def test_what_cannot_be_played_is_told():
    rooms, doors = drawn(layout.layout(floors=2, rooms=6, locks=2, random=Random(3)),
                         Party(level=50, members=2))  # fmt: skip
    assert solving.faults(rooms, doors) == []
    assert any(room.key for room in rooms)
    keyless = [room.model_copy(update={"key": 0}) for room in rooms]
    assert "locks and keys are not one for one" in solving.faults(keyless, doors)
    assert any("connected" in one for one in solving.faults(rooms, doors[1:]))
    up = [room.model_copy(update={"floor": 1 if room.purpose == "boss" else 2}) for room in rooms]
    assert "the boss is not on the last floor" in solving.faults(up, doors)
    lock = next(door for door in doors if door.lock)
    far = [
        room.model_copy(update={"key": lock.lock if room.purpose == "boss" else 0})
        for room in rooms
    ]
    alone = [
        door.model_copy(update={"lock": door.lock if door.lock == lock.lock else 0})
        for door in doors
    ]
    assert any("cannot be reached" in one for one in solving.faults(far, alone))


@pytest.fixture
def realm(inside):
    make_realm()
    return inside


def test_a_dungeon_is_made_of_the_servers_own_caves_and_monsters(realm):
    party = choosing.party([])
    assert choosing.maps(30)[0] == CAVE, "caves first, of the nearest level"
    assert "prontera" not in choosing.maps(30) and "pvp_y_1-1" not in choosing.maps(30)
    found = {one.pk for one in choosing.monsters(30)}
    assert {SKELETON, WOLF} <= found and OGRE not in found
    assert [one.pk for one in choosing.bosses(40)] == [OGRE], "and never an MVP"
    assert party == Party(level=1, members=1)


def test_a_party_that_has_proven_itself_gets_a_harder_one(realm):
    make_player(1, 50), make_player(2, 50)
    plain = choosing.party(people.party({1: 0, 2: 0}))
    assert plain == Party(level=50, members=2)
    BossRating.objects.create(char_id=1, rating=1_700, fights=20)
    BossRating.objects.create(char_id=2, rating=1_400, fights=20)
    assert choosing.party(people.party({1: 0, 2: 0})).level == 60


def test_it_opens_as_an_event_and_closes_when_it_is_taken_back(realm):
    party, changes = Party(level=30, members=3), Changes()
    made = opening.drawn([CAVE, CRYPT], party, {SKELETON: 30, WOLF: 25}, OGRE, rooms=8, locks=2,
                         seed="a")  # fmt: skip
    assert made == opening.drawn([CAVE, CRYPT], party, {SKELETON: 30, WOLF: 25}, OGRE, rooms=8,
                                 locks=2, seed="a")  # fmt: skip
    event = opening.begin(*made, party, title="Depths", tale="Deep.", changes=changes)
    told = Dungeon.model_validate(event.data)
    assert {room.map for room in told.rooms} == {CAVE, CRYPT}
    assert len({(room.map, room.x, room.y) for room in told.rooms}) == 16
    with pytest.raises(Conflict):
        opening.begin(*made, party, title="Depths", tale="Deep.", changes=Changes())
    assert revert(changes.noted) == 1
    assert WorldEvent.objects.get().status == "ended"


def test_an_unknown_map_is_refused(realm):
    with pytest.raises(Invalid):
        opening.drawn(["nowhere"], Party(level=1, members=1), {WOLF: 25}, OGRE, rooms=5, locks=0,
                      seed="a")  # fmt: skip


DEEP = delving.Dungeon(
    floors=(
        delving.Floor(map_name=CAVE, monsters=frozenset({SKELETON}), wanted=3),
        delving.Floor(map_name=CRYPT, monsters=frozenset({SKELETON, WOLF}), wanted=2),
    ),
    boss=OGRE,
)
things = st.tuples(
    st.sampled_from(["kill", "death", "map_change"]), st.sampled_from([CAVE, CRYPT, WOODS]),
    st.sampled_from([SKELETON, WOLF, OGRE]), st.integers(1, 3),
)  # fmt: skip


def stories(told):
    return [happened(kind, who, map_name=where, target_id=whom) for kind, where, whom, who in told]


@given(st.lists(things, max_size=40), st.integers(0, 40))
def test_a_floor_counts_in_its_turn_only_and_the_boss_last(told, cut):
    """However the reports are cut into batches."""
    events = stories(told)
    done = delving.advance(DEEP, Delve(), events)
    part = delving.advance(DEEP, Delve(), events[:cut])
    assert delving.advance(DEEP, part, events[cut:]) == done
    floor, slain, over, counted = 1, 0, False, 0
    for kind, where, whom, _ in told:
        if kind != "kill" or over or where != (CAVE, CRYPT)[floor - 1]:
            continue
        if floor == 2 and slain >= 2 and whom == OGRE:
            over, counted = True, counted + 1
        elif whom == SKELETON or (floor == 2 and whom == WOLF):
            slain, counted = slain + 1, counted + 1
            if floor == 1 and slain == 3:
                floor, slain = 2, 0
    assert (done.floor, done.slain, done.cleared_at is not None) == (floor, slain, over)
    assert sum(done.by.values()) == counted


def opened(changes=None):
    party, changes = Party(level=30, members=2), changes or Changes()
    made = opening.drawn([CAVE, CRYPT], party, {SKELETON: 30}, OGRE, rooms=4, locks=1, seed="a")
    return opening.begin(*made, party, title="Depths", tale="Deep.", changes=changes)


def fought(event, *, char_id, where, whom, times, later=1):
    at = event.starts_at + timedelta(seconds=later)
    for number in range(times):
        one = happened("kill", char_id, map_name=where, target_id=whom,
                       at=at + timedelta(milliseconds=number))  # fmt: skip
        delving.receive(batch(one))


def award_asked(event):
    with in_schema():
        return Outbox.objects.filter(task=delving.AWARD, subject=str(event.pk)).exists()


def test_who_fights_down_to_the_boss_has_cleared_it(realm):
    event = opened()
    first, last = delving.dungeon(event.data).floors
    assert (first.map_name, last.map_name) == (CAVE, CRYPT) and first.wanted and last.wanted
    fought(event, char_id=9, where=CRYPT, whom=OGRE, times=1)
    fought(event, char_id=9, where=CAVE, whom=WOLF, times=30)
    assert not DungeonRun.objects.exists(), "nobody has fought there yet"
    fought(event, char_id=1, where=CAVE, whom=SKELETON, times=first.wanted, later=2)
    assert DungeonRun.objects.get().floor == 2
    fought(event, char_id=9, where=CRYPT, whom=OGRE, times=1, later=3)
    assert delving.delvers(event.pk) == [] and not award_asked(event)
    fought(event, char_id=1, where=CRYPT, whom=SKELETON, times=last.wanted, later=4)
    fought(event, char_id=2, where=CRYPT, whom=OGRE, times=1, later=5)
    assert delving.delvers(event.pk) == [1, 2] and award_asked(event)
    event.refresh_from_db()
    assert event.status == "ended"
    fought(event, char_id=3, where=CRYPT, whom=OGRE, times=1, later=6)
    assert DungeonDelver.objects.count() == 2


def test_what_was_taken_back_is_cleared_by_nobody(realm):
    changes = Changes()
    event = opened(changes)
    revert(changes.noted)
    fought(event, char_id=1, where=CAVE, whom=SKELETON, times=30)
    assert not DungeonRun.objects.exists()
