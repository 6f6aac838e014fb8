"""GenerateHazard, GenerateBoss, GenerateDungeon, GenerateTreasure; and what becomes of them."""

from __future__ import annotations

import uuid
from datetime import timedelta

import grpc
import pytest
from django.utils import timezone

from agents.models import AgentRun, AgentSetting
from grpc_api.pb.aiworld.v1 import common_pb2, quests_pb2, world_pb2
from quests.tasks import award
from tenants.context import in_schema, in_tenant
from tenants.models import Outbox
from tests.conftest import make_npc
from tests.grpc_api.calls import field_of, refused
from tests.world.realm import (
    CAVE,
    FIELD,
    SKELETON,
    TOWN,
    WOODS,
    busy,
    make_player,
    make_realm,
)
from world.models import BossFight, BossRating, TreasureFind, WorldEvent, WorldEventLimit

Code = grpc.StatusCode
PARTY = [{"char_id": 1, "base_level": 30}, {"char_id": 2}]


@pytest.fixture
def realm(server):
    with in_tenant(server):
        make_realm()
        busy(WOODS)
        make_player(1, 30), make_player(2, 34)
        make_npc("prontera/Hedwig#inn", role="innkeeper", ai_enabled=True)
        now = timezone.now()
        WorldEvent.objects.create(
            kind="weather", title="A storm rages.", status="active", starts_at=now,
            ends_at=now + timedelta(hours=3),
            data={"weather": "storm", "group": "forest", "maps": []},
        )  # fmt: skip
    return server


@pytest.fixture
def generate(stubs, metadata, realm):
    def generate(what, **fields):
        asked = getattr(world_pb2, f"Generate{what}Request")(**fields)
        return getattr(stubs.world, f"Generate{what}")(asked, metadata=metadata, timeout=20)

    return generate


@pytest.fixture
def report(stubs, metadata):
    def report(char_id, map_name, what, **fields):
        event = world_pb2.GameEvent(
            event_id=uuid.uuid4().hex, player={"char_id": char_id}, place={"map": map_name},
            **{what: fields},
        )  # fmt: skip
        event.happened_at.GetCurrentTime()
        asked = world_pb2.ReportEventsRequest(events=[event])
        assert stubs.world.ReportEvents(asked, metadata=metadata, timeout=10).accepted == 1

    return report


@pytest.fixture
def paid(stubs, metadata, server):
    """What the ledger has for a character, after the queue has done its work."""

    def paid(char_id):
        with in_schema():
            subjects = list(
                Outbox.objects.filter(task="quests.tasks.award").values_list("subject", flat=True)
            )
        with in_tenant(server):
            for subject in subjects:
                award.run(subject)
        asked = quests_pb2.ClaimGrantsRequest(player={"char_id": char_id, "name": "A"})
        return list(stubs.quests.ClaimGrants(asked, metadata=metadata, timeout=10).grants)

    return paid


def test_a_hazard_is_streamed_with_what_it_does(generate, stubs, metadata):
    made = generate("Hazard", map=WOODS, request_id="h")
    hazard = made.event.hazard
    assert made.event.kind == "hazard" and made.event.map == WOODS
    assert hazard.hazard in (world_pb2.HAZARD_KIND_LIGHTNING, world_pb2.HAZARD_KIND_FLOOD)
    assert 1 <= hazard.strength <= 6 and hazard.hp_percent <= 5 and hazard.areas
    assert made.source == common_pb2.SOURCE_COMPOSER and "risk" in made.reason
    again = generate("Hazard", map=WOODS, request_id="h")
    assert again.repeated and again.event.id == made.event.id
    asked = world_pb2.StreamWorldEventsRequest(max_seconds=1)
    seen = stubs.world.StreamWorldEvents(asked, metadata=metadata, timeout=10)
    kinds = {one.event.kind: one.event for one in seen if one.WhichOneof("part") == "event"}
    assert kinds["hazard"].hazard == hazard


def test_where_there_is_no_cause_there_is_no_event_but_a_reason(generate):
    none = generate("Hazard", map=TOWN)
    assert not none.HasField("event") and none.reason


def test_a_boss_is_fought_rated_and_paid_by_the_ledger(generate, report, paid, server):
    made = generate("Boss", map=WOODS, party=PARTY, monster_id=SKELETON)
    boss = made.event.boss
    assert (boss.monster_id, boss.level, boss.map) == (SKELETON, 30, WOODS)
    assert 40 <= boss.strength_percent <= 400 and 0.4 <= made.win_chance <= 0.6
    report(2, WOODS, "map_change", from_map=TOWN)
    report(1, WOODS, "kill", monster_id=SKELETON)
    with in_tenant(server):
        assert BossFight.objects.get().status == "won"
        assert BossRating.objects.filter(char_id__in=(1, 2)).count() == 2
    [grant], [other] = paid(1), paid(2)
    assert grant.reward.zeny > 0 and other.reward.zeny > 0
    assert [one.id for one in paid(1)] == [grant.id], "once"


def test_a_dungeon_has_rooms_doors_and_a_boss(generate):
    made = generate("Dungeon", party=PARTY, floors=2)
    dungeon = made.event.dungeon
    assert (dungeon.members, {room.floor for room in dungeon.rooms}) == (2, {1, 2})
    assert dungeon.rooms[-1].number == len(dungeon.rooms) <= len(dungeon.doors) + 1
    [boss] = [one for one in dungeon.rooms if one.purpose == world_pb2.ROOM_PURPOSE_BOSS]
    assert boss.floor == 2 and boss.monster_id and boss.amount == 1


def test_a_treasure_is_found_by_the_games_events_and_paid_once(generate, report, paid, server):
    made = generate("Treasure", npc="prontera/Hedwig#inn", level=30, steps=2)
    hunt = made.event.treasure
    assert hunt.npc == "prontera/Hedwig#inn" and len(hunt.steps) == 2
    assert hunt.steps[0].raw_clue.decode("cp1252") == hunt.steps[0].clue
    first, last = (step.map for step in hunt.steps)
    report(1, last, "kill", monster_id=hunt.guardian_id)
    assert paid(1) == [], "who did not follow the clues has found nothing"
    for map_name in (first, last):
        report(2, map_name, "map_change")
    report(2, last, "kill", monster_id=hunt.guardian_id)
    with in_tenant(server):
        assert TreasureFind.objects.get(found_at__isnull=False).char_id == 2
        assert WorldEvent.objects.get(kind="treasure").status == "ended"
    [grant] = paid(2)
    assert grant.reward.zeny > 0
    report(1, first, "map_change"), report(1, last, "kill", monster_id=hunt.guardian_id)
    assert paid(1) == [] and len(paid(2)) == 1


@pytest.mark.parametrize(
    ("what", "fields", "field"),
    [
        ("Hazard", {"map": "nowhere"}, "map"),
        ("Boss", {"map": "nowhere"}, "map"),
        ("Boss", {"map": WOODS, "monster_id": 4_711}, "monster_id"),
        ("Boss", {"map": WOODS, "party": [{"char_id": 0}]}, "party"),
        ("Boss", {"map": WOODS, "party": [{"char_id": 1}] * 2}, "party"),
        ("Boss", {"map": WOODS, "party": [{"char_id": n + 1} for n in range(13)]}, "party"),
        ("Dungeon", {"floors": 6}, "floors"),
        ("Dungeon", {"party": [{"char_id": 1, "base_level": 1_000}]}, "party.base_level"),
        ("Treasure", {"steps": 1}, "steps"),
        ("Treasure", {"level": 1_000}, "level"),
    ],
    ids=str,
)
def test_what_cannot_be_is_refused_with_the_field(generate, what, fields, field):
    error = refused(lambda: generate(what, **fields))
    assert (error.code(), field_of(error)) == (Code.INVALID_ARGUMENT, field)


def test_towns_strangers_and_limits_are_refused_by_their_codes(generate, realm):
    assert refused(lambda: generate("Boss", map=TOWN)).code() == Code.PERMISSION_DENIED
    unknown = refused(lambda: generate("Treasure", npc="prontera/Nobody"))
    assert unknown.code() == Code.NOT_FOUND
    with in_tenant(realm):
        WorldEventLimit.objects.create(kind="dungeon", per_day=0)
        AgentSetting.objects.create(agent="map_hazard", is_on=False)
    full = refused(lambda: generate("Dungeon", party=PARTY))
    assert full.code() == Code.RESOURCE_EXHAUSTED
    assert refused(lambda: generate("Hazard")).code() == Code.FAILED_PRECONDITION
    with in_tenant(realm):
        assert not AgentRun.objects.filter(status="done").exists()


def test_another_server_has_no_such_places(stubs, other_key, generate, realm):
    asked = world_pb2.GenerateBossRequest(map=CAVE, party=[{"char_id": 1, "base_level": 30}])
    metadata = (("x-api-key", other_key),)
    error = refused(lambda: stubs.world.GenerateBoss(asked, metadata=metadata, timeout=10))
    assert (error.code(), field_of(error)) == (Code.INVALID_ARGUMENT, "map")
    assert generate("Boss", map=FIELD, party=PARTY).HasField("event")
