"""Society over gRPC: what a script says happened, judged by the rules."""

from __future__ import annotations

import grpc
import pytest

from agents.models import AgentRun, AgentSetting
from grpc_api.pb.aiworld.v1 import society_pb2 as pb
from grpc_api.pb.aiworld.v1.common_pb2 import SOURCE_COMPOSER
from npcs.models import NpcPersonality
from tenants.context import in_tenant
from tests.agents.test_economy import SHOP, boom, bought, stock
from tests.conftest import make_npc
from tests.grpc_api.calls import refused
from world.models import FactionNode, PlayerProfile, ReputationScore, WorldEvent


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


def test_an_npc_is_done_something_to_by_a_player_or_by_another(society, server, npc, player):
    with in_tenant(server):
        make_npc("prontera/Dora", x=1, y=1)
    first = society("ProcessSocialInteraction", request_id="s", npc=npc.key, player=player,
                    act=pb.SOCIAL_ACT_GIFT, weight=1)  # fmt: skip
    again = society("ProcessSocialInteraction", request_id="s", npc=npc.key, player=player,
                    act=pb.SOCIAL_ACT_GIFT, weight=1)  # fmt: skip
    [felt] = first.felt
    assert (felt.npc, felt.toward) == (npc.key, "") and felt.value == 2 + felt.moved > 2
    assert again.repeated and again.felt == first.felt
    with in_tenant(server):
        assert AgentRun.objects.get().char_id == player.char_id
    both = society("ProcessSocialInteraction", npc=npc.key, other_npc="prontera/Dora",
                   act=pb.SOCIAL_ACT_INSULT)  # fmt: skip
    assert [one.npc for one in both.felt] == [npc.key, "prontera/Dora"]
    assert all(one.moved < 0 for one in both.felt)


@pytest.mark.parametrize(
    ("method", "fields", "code"),
    [
        ("ProcessSocialInteraction", {"npc": "a/b", "act": 1}, "INVALID_ARGUMENT"),
        ("ProcessSocialInteraction", {"npc": "a/b", "other_npc": "a/c"}, "INVALID_ARGUMENT"),
        ("ProcessSocialInteraction", {"npc": "a/b", "other_npc": "a/c", "act": 1}, "NOT_FOUND"),
        ("AnalyzeEconomy", {"days": 31}, "INVALID_ARGUMENT"),
        ("AnalyzeMerchantEconomy", {"map": "nowhere"}, "INVALID_ARGUMENT"),
    ],
    ids=str,
)
def test_a_meeting_or_a_market_of_nobody_is_refused(society, server, method, fields, code):
    assert refused(lambda: society(method, **fields)).code() == grpc.StatusCode[code]


def test_the_economy_is_told_in_numbers(society, server):
    unknown = society("AnalyzeEconomy")
    assert (unknown.verdict, unknown.advice) == ("unknown", pb.ECONOMY_ADVICE_NOTHING)
    assert not unknown.HasField("inflation") and not unknown.HasField("gini")
    with in_tenant(server):
        boom()
    found = society("AnalyzeEconomy", request_id="e", days=7)
    assert (found.verdict, found.advice, found.created) == ("heating", pb.ECONOMY_ADVICE_TAX, 100)
    assert found.inflation > 0.4 and 0 < found.tax_percent <= 10 and found.health < 60
    assert society("AnalyzeEconomy", request_id="e", days=7).repeated


def test_what_merchants_ask_comes_with_its_events(society, server):
    with in_tenant(server):
        stock((501, 100, 25))
        bought(501, 500)
    done = society("AnalyzeMerchantEconomy", map="prontera")
    [moved] = done.prices
    assert (moved.npc, moved.item_id, moved.price, moved.usual) == (SHOP, 501, 115, 100)
    with in_tenant(server):
        assert WorldEvent.objects.get().pk == moved.event_id


def test_a_shop_quotes_its_prices_for_one_player(society, server, player):
    with in_tenant(server):
        stock((501, 1_000, 25))
        NpcPersonality.objects.update(faction="smiths")
        FactionNode.objects.create(key="smiths", name="Smiths", kind="guild")
        profile = PlayerProfile.objects.create(char_id=player.char_id, name="Aline")
        ReputationScore.objects.create(
            player=profile, faction=FactionNode.objects.get(), score=10_000
        )
    found = society("QuotePrices", npc=SHOP, player=player)
    [quote] = found.quotes
    assert (quote.item_id, quote.price, quote.usual) == (501, 900, 1_000)
    assert (found.tier, found.alignment, found.added) == ("exalted", "true_neutral", -0.1)
    error = refused(lambda: society("QuotePrices", npc="prontera/Nobody", player=player))
    assert error.code() == grpc.StatusCode.NOT_FOUND
