"""Every dungeon is connected, every key lies before its lock, the boss waits on the last floor."""

from __future__ import annotations

from random import Random

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aiworld.changes import Changes, revert
from aiworld.errors import Conflict, Invalid
from tests.world.realm import CAVE, CRYPT, OGRE, SKELETON, WOLF, make_player, make_realm
from world.bosses import people
from world.dungeons import choosing, filling, layout, opening, solving
from world.dungeons.filling import Floor, Party
from world.happenings.places import Dungeon
from world.models import BossRating, WorldEvent

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
