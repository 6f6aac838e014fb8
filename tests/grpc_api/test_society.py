"""Society over gRPC: what a script says happened, judged by the rules."""

from __future__ import annotations

import grpc
import pytest

from agents.models import AgentRun, AgentSetting
from grpc_api.pb.aiworld.v1 import society_pb2 as pb
from grpc_api.pb.aiworld.v1.common_pb2 import SOURCE_COMPOSER
from tenants.context import in_tenant
from tests.grpc_api.calls import refused
from world.models import FactionNode


@pytest.fixture
def society(stubs, metadata):
    def society(method, **fields):
        request = getattr(pb, f"{method}Request")(**fields)
        return getattr(stubs.society, method)(request, metadata=metadata, timeout=5)

    return society


@pytest.fixture
def factions(server):
    with in_tenant(server):
        FactionNode.objects.create(key="smiths", name="Smiths", kind="guild")
        FactionNode.objects.create(
            key="thieves", name="Thieves", kind="outlaws",
            relations={"smiths": {"kind": "at_war", "strength": 1}},
        )  # fmt: skip


def test_karma_moves_once_per_request(society, player):
    first = society("UpdateKarma", request_id="k", player=player, deed=pb.DEED_RESCUE, weight=1)
    again = society("UpdateKarma", request_id="k", player=player, deed=pb.DEED_RESCUE, weight=1)
    assert (first.karma, first.moved, first.alignment) == (150, 150, "true_neutral")
    assert (first.source, first.repeated, again.repeated) == (SOURCE_COMPOSER, False, True)
    assert again.karma == 150
    other = refused(lambda: society("UpdateKarma", request_id="k", player=player, deed=pb.DEED_LIE))
    assert other.code() == grpc.StatusCode.ABORTED


def test_a_faction_and_its_enemy_think_of_a_deed(society, player, factions):
    done = society("UpdateReputation", player=player, faction="thieves", deed=pb.DEED_BETRAY,
                   weight=1)  # fmt: skip
    assert [(one.faction, one.moved, one.tier) for one in done.opinions] == [
        ("thieves", -250, "unfriendly"), ("smiths", 125, "neutral"),
    ]  # fmt: skip


def test_factions_make_peace(society, factions):
    done = society("UpdateFaction", source="thieves", target="smiths",
                   act=pb.FACTION_ACT_TREATY, intensity=1)  # fmt: skip
    assert (done.relation, round(done.strength, 2)) == ("hostile", 0.86)


@pytest.mark.parametrize(
    ("method", "fields"),
    [
        ("UpdateKarma", {"deed": pb.DEED_HELP}),
        ("UpdateKarma", {"player": {"char_id": 1, "name": "A"}}),
        ("UpdateKarma", {"player": {"char_id": 1, "name": "A"}, "deed": 1, "weight": 2}),
        ("UpdateKarma", {"player": {"char_id": 1, "name": "A"}, "deed": 1, "weight": float("nan")}),
        ("UpdateKarma", {"player": {"char_id": 1, "name": "A"}, "deed": 1, "told": "x" * 501}),
        ("UpdateReputation", {"player": {"char_id": 1, "name": "A"}, "deed": 1}),
        ("UpdateFaction", {"source": "a", "target": "b"}),
    ],
    ids=str,
)
def test_what_cannot_be_understood_is_refused(society, server, method, fields):
    assert refused(lambda: society(method, **fields)).code() == grpc.StatusCode.INVALID_ARGUMENT
    with in_tenant(server):
        assert not AgentRun.objects.filter(status="done").exists()


def test_an_unknown_faction_and_an_agent_that_is_off_are_refused(society, player, server):
    error = refused(
        lambda: society("UpdateReputation", player=player, faction="nobody", deed=pb.DEED_HELP)
    )
    assert error.code() == grpc.StatusCode.NOT_FOUND
    with in_tenant(server):
        AgentSetting.objects.create(agent="karma", is_on=False)
    error = refused(lambda: society("UpdateKarma", player=player, deed=pb.DEED_HELP))
    assert error.code() == grpc.StatusCode.FAILED_PRECONDITION
