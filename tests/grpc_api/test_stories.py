"""GenerateProblem, GenerateEventChain, ProcessArchaeology and GenerateNpc."""

from __future__ import annotations

import grpc
import pytest

from agents.models import AgentSetting
from grpc_api.pb.aiworld.v1 import common_pb2, npcs_pb2, world_pb2
from npcs.models import NpcPersonality
from tenants.context import in_tenant
from tests.agents.stage import busy, make_map
from tests.grpc_api.calls import field_of, refused
from world.models import WorldEvent

Code = grpc.StatusCode
FIELD = "prt_fild08"


@pytest.fixture
def call(stubs, metadata):
    def call(method, **fields):
        pb = npcs_pb2 if method == "GenerateNpc" else world_pb2
        stub = stubs.npcs if method == "GenerateNpc" else stubs.world
        request = getattr(pb, f"{method}Request")(**fields)
        return getattr(stub, method)(request, metadata=metadata, timeout=20)

    return call


@pytest.fixture
def field(server):
    with in_tenant(server):
        make_map(FIELD)
        busy(FIELD, "kill", 40)
        busy(FIELD, "death", 40, hours=1, first=0)


def test_a_problem_says_what_it_is_drawn_from_and_what_ends_it(call, field):
    made = call("GenerateProblem", request_id="p")
    assert (made.cause, made.event.map, made.lately) == ("surge", FIELD, 40)
    assert made.usual < 5 and 0 < made.strength <= 1
    goal = made.event.goal
    assert (goal.kind, goal.part_of) == (world_pb2.GOAL_KIND_KILL, 0) and goal.number > 500
    assert made.source == common_pb2.SOURCE_COMPOSER
    again = call("GenerateProblem", request_id="p")
    assert again.repeated and again.event.id == made.event.id
    nothing = call("GenerateProblem", map=FIELD)
    assert not nothing.HasField("event") and nothing.source == common_pb2.SOURCE_UNSPECIFIED


def test_a_chain_tells_its_steps_and_its_first_one_is_streamed(call, field, stubs, metadata):
    made = call("GenerateEventChain", steps=5, theme="beasts")
    assert [step.key for step in made.steps] == ["s1", "s2", "s3", "s4", "s5"]
    assert made.steps[0].goal.number > 0 and not made.steps[4].HasField("goal")
    asked = world_pb2.StreamWorldEventsRequest(max_seconds=1)
    stream = stubs.world.StreamWorldEvents(asked, metadata=metadata, timeout=10)
    events = {one.event.kind: one.event for one in stream if one.HasField("event")}
    assert events["chain"].id == made.event.id
    first = events["chain_step"]
    assert (first.goal.part_of, first.goal.number) == (made.event.id, made.steps[0].goal.number)
    assert first.title == made.steps[0].title


def test_a_traveller_comes_with_a_ground_and_goes_with_the_event(call, field, server):
    made = call("GenerateNpc", map=FIELD, days=2)
    assert made.npc.npc.startswith(f"{FIELD}/") and made.npc.raw_name == made.npc.name.encode()
    assert made.npc.left <= made.npc.x <= made.npc.right
    with in_tenant(server):
        row = WorldEvent.objects.get(pk=made.event_id)
        assert made.until.ToDatetime() == row.ends_at.replace(tzinfo=None)
        assert NpcPersonality.objects.get(key=made.npc.npc).role == made.role


def test_who_digs_on_digs_deeper(call, field, player):
    where = {"map": FIELD, "x": 20, "y": 20}
    first = call("ProcessArchaeology", request_id="d", player=player, place=where)
    again = call("ProcessArchaeology", request_id="d", player=player, place=where)
    assert again.repeated and (again.digs, again.find) == (first.digs, first.find)
    found = [call("ProcessArchaeology", player=player, place=where) for _ in range(12)]
    assert [one.digs for one in found] == list(range(1, 13))
    depths = [one.find.depth_cm for one in found if one.HasField("find")]
    assert depths == sorted(depths)
    assert all(one.HasField("find") == one.HasField("event") for one in found)


@pytest.mark.parametrize(
    "method, fields, field_name",
    [
        ("GenerateProblem", {"map": "atlantis"}, "map"),
        ("GenerateEventChain", {"map": "atlantis"}, "map"),
        ("GenerateEventChain", {"theme": "love"}, "theme"),
        ("GenerateEventChain", {"steps": 2}, "steps"),
        ("GenerateNpc", {"map": "atlantis"}, "map"),
        ("GenerateNpc", {"role": "pope"}, "role"),
        ("GenerateNpc", {"days": 99}, "days"),
        ("ProcessArchaeology", {"player": {"char_id": 1}}, "place"),
        ("ProcessArchaeology", {"place": {"map": FIELD, "x": 9}}, "player.char_id"),
        ("ProcessArchaeology", {"player": {"char_id": 1}, "place": {"map": "atlantis"}}, "map"),
        ("ProcessArchaeology", {"player": {"char_id": 1}, "place": {"map": FIELD, "x": 999}}, "x"),
    ],
    ids=str,
)
def test_what_there_is_not_is_refused_with_the_field(call, field, server, method, fields,
                                                     field_name):  # fmt: skip
    error = refused(lambda: call(method, **fields))
    assert (error.code(), field_of(error)) == (Code.INVALID_ARGUMENT, field_name)
    with in_tenant(server):
        assert not WorldEvent.objects.exists()


@pytest.mark.parametrize(
    "agent, method",
    [("problem", "GenerateProblem"), ("event_chain", "GenerateEventChain"),
     ("dynamic_npc", "GenerateNpc")],
)  # fmt: skip
def test_the_owner_switches_it_off(call, field, server, agent, method):
    with in_tenant(server):
        AgentSetting.objects.create(agent=agent, is_on=False)
    assert refused(lambda: call(method)).code() == Code.FAILED_PRECONDITION
