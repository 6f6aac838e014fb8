"""The world at a glance."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from tenants.context import in_tenant
from world import hourly, overview, stock
from world.models import (
    EconomicTransaction,
    FactionNode,
    PlayerProfile,
    ReputationScore,
    WorldEvent,
    WorldStateSnapshot,
)

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def faction(key, **fields):
    return FactionNode.objects.create(key=key, name=key.title(), **{"kind": "guild"} | fields)


def test_the_graph_has_every_tie_once_and_the_same_places_at_every_look(inside):
    crown = faction("crown", kind="kingdom", influence=1, relations={"thieves": {"kind": "war"}})
    faction("guard", parent=crown)
    faction(
        "thieves", relations={"crown": {"kind": "war", "strength": 0.9}, "nobody": {"kind": "x"}}
    )
    graph = overview.faction_graph()
    ties = {(edge.one.name, edge.other.name, edge.kind): edge.strength for edge in graph.edges}
    assert ties == {("Guard", "Crown", "part of"): 1.0, ("Crown", "Thieves", "war"): 0.9}
    assert graph == overview.faction_graph()
    for node in graph.nodes:
        assert 0 < node.x < overview.WIDTH and 0 < node.y < overview.HEIGHT


@pytest.mark.parametrize("relations", [[], "x", {"b": "y"}, {"b": {"strength": "high"}}])
def test_relations_that_are_no_such_thing_break_no_page(inside, relations):
    faction("a", relations=relations)
    faction("b")
    assert len(overview.faction_graph().nodes) == 2


def test_only_the_most_influential_factions_are_drawn(inside, monkeypatch):
    monkeypatch.setattr(overview, "MOST_FACTIONS", 2)
    for at in range(5):
        faction(f"f{at}", influence=at / 10)
    graph = overview.faction_graph()
    assert [node.name for node in graph.nodes] == ["F4", "F3"]
    assert graph.left_out == 3


def test_standings_count_players_by_tier(inside):
    guild = faction("guild")
    for char_id, score in enumerate((0, 1249, 1250, 10_000), start=1):
        player = PlayerProfile.objects.create(char_id=char_id, name=f"P{char_id}")
        ReputationScore.objects.create(player=player, faction=guild, score=score)
    [found] = overview.standings()
    assert (found.players, list(found.tiers)) == (4, [2, 1, 0, 0, 0, 0, 0, 1])
    assert found.average == pytest.approx((0 + 1249 + 1250 + 10_000) / 4)


def test_money_is_summed_by_day_and_by_what_it_does(inside):
    def traded(kind, zeny, when):
        EconomicTransaction.objects.create(kind=kind, zeny=zeny, happened_at=when)

    traded("drop", 100, NOW)
    traded("reward", 50, NOW)
    traded("npc_buy", -30, NOW)
    traded("trade", 500, NOW - timedelta(days=1))
    traded("drop", 999, NOW - timedelta(days=9))
    days = overview.economy(days=3, now=NOW)
    assert [(day.made, day.spent, day.moved, day.number) for day in days] == [
        (0, 0, 0, 0), (0, 0, 500, 1), (150, 30, 0, 3),
    ]  # fmt: skip


def test_the_page_shows_it_all(client, viewer, server):
    now = timezone.now()
    with in_tenant(server):
        crown = faction("crown", kind="kingdom")
        player = PlayerProfile.objects.create(char_id=1, name="Aline")
        ReputationScore.objects.create(player=player, faction=crown, score=9000)
        EconomicTransaction.objects.create(kind="drop", zeny=123_456, happened_at=now)
        WorldEvent.objects.create(kind="storm", title="The Long Rain", starts_at=now)
        WorldStateSnapshot.objects.create(taken_at=now, state={"weather": "rain"})
    client.force_login(viewer)
    page = client.get(f"{server.path}admin/world/worldstatesnapshot/overview/").content.decode()
    for shown in ("Crown", "123,456", "The Long Rain", "weather", "rain", "exalted"):
        assert shown in page


def test_an_empty_world_says_so(client, viewer, server):
    client.force_login(viewer)
    page = client.get(f"{server.path}admin/world/worldstatesnapshot/overview/").content.decode()
    for shown in ("no factions yet", "No player has", "No transactions", "No event", "No state"):
        assert shown in page


def hour_of(ago, **state):
    taken_at = timezone.now() - timedelta(hours=ago)
    return WorldStateSnapshot.objects.create(taken_at=taken_at, scope=stock.SCOPE, state=state)


def test_the_hours_are_drawn_and_listed(client, viewer, server):
    with in_tenant(server):
        hour_of(2, online=41, kill=7_654, inflation=0.034, events=["The Long Rain"])
        hour_of(30, online=99, events=["Long ago"])
        hour_of(1, online="x", events="y", weather=[])
        WorldStateSnapshot.objects.create(taken_at=timezone.now(), scope="world", state={"kill": 1})
    client.force_login(viewer)
    at = f"{server.path}admin/world/worldstatesnapshot/hours/"
    page = client.get(at).content.decode()
    for shown in ("7,654", "0.034", "The Long Rain", 'id="plot-fights"', "2 hours were noted"):
        assert shown in page
    assert "Long ago" not in page and "Long ago" in client.get(f"{at}?back=week").content.decode()


def test_where_no_hour_was_noted_the_page_says_so(client, viewer, server):
    client.force_login(viewer)
    page = client.get(f"{server.path}admin/world/worldstatesnapshot/hours/?back=x").content.decode()
    assert "No hour was noted" in page


def test_a_plot_has_a_bounded_number_of_points_and_the_latest(monkeypatch):
    found = [hourly.Hour(NOW + timedelta(hours=at), {"kill": float(at)}, [], {}) for at in range(9)]
    monkeypatch.setattr(hourly, "POINTS", 4)
    assert hourly.line(hourly.thinned(found), "kill") == [2.0, 5.0, 8.0]
    assert hourly.line(hourly.thinned(found[:4]), "death") == [None] * 4
    assert hourly.thinned([]) == []
