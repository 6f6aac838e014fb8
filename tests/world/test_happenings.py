"""World events begin and end by themselves, never more than the owner allows; NPCs hear of them."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from agents import runner
from agents.runner import Order
from aiworld.errors import Invalid, NotFound, OverQuota
from aiworld.loops import wait_for
from npcs.models import NpcKnowledge, NpcMemory
from tests.conftest import make_npc
from world import news, stock
from world.happenings import causes, planning
from world.happenings.planning import Happening
from world.models import (
    ActivityHour,
    GameEvent,
    WorldEvent,
    WorldEventLimit,
    WorldStateSnapshot,
)

HOUR = timedelta(hours=1)


def planned(**fields):
    happening = Happening(**{"kind": "festival", "title": "Harvest"} | fields)
    return planning.plan(happening, made_by="staff")[0]


def generated(**asked):
    """By the agent, as a call does it: the event if there is one, and what came of it."""
    order = Order(
        agent="world_event", subject="everybody", window=uuid.uuid4().hex, cause="call",
        params=asked,
    )  # fmt: skip
    result = wait_for(runner.run(order)).result
    return WorldEvent.objects.filter(pk=result["event"]).first(), result


def happened(kind, number, *, hours_ago=1, map_name="prt_fild08"):
    hour = timezone.now().replace(minute=0, second=0, microsecond=0) - hours_ago * HOUR
    ActivityHour.objects.create(hour=hour, kind=kind, map_name=map_name, number=number)


def test_an_event_begins_and_ends_by_itself_and_the_stream_hears_of_both(inside):
    now = timezone.now()
    row = planned(starts_at=now + timedelta(hours=2), ends_at=now + timedelta(hours=3))
    assert row.status == "planned" and planning.keep_time() == 0
    positions = [row.position]
    for moved, status in ((3 * HOUR, "active"), (3 * HOUR, "ended")):
        WorldEvent.objects.update(
            starts_at=WorldEvent.objects.get().starts_at - moved,
            ends_at=WorldEvent.objects.get().ends_at - (HOUR if status == "active" else moved),
        )
        assert planning.keep_time() == 1
        row.refresh_from_db()
        assert row.status == status
        positions.append(row.position)
    assert positions == sorted(set(positions))


@pytest.mark.parametrize(
    "fields",
    [
        {"ends_at": timezone.now() - HOUR},
        {"ends_at": timezone.now() + timedelta(days=31)},
        {"title": " \u200b "},
        {"kind": "announcement", "data": {}},
        {"kind": "announcement", "data": {"text": "^ff0000"}},
        {"kind": "announcement", "data": {"text": "x" * 151}},
        {"kind": "spawn", "data": {"monster_id": 1002, "amount": 51}},
        {"kind": "spawn", "data": {"monster_id": "1002", "amount": 1}},
        {"kind": "shop_price", "data": {"npc": "a/b", "item_id": 501, "price": -1}},
        {"kind": "npc_move", "data": {"npc": "a/b", "x": 1, "y": 1, "speed": 9}},
    ],
)
def test_what_is_no_event_is_refused(inside, fields):
    with pytest.raises(Invalid):
        planned(**fields)
    assert not WorldEvent.objects.exists()


@pytest.mark.parametrize(
    "code_page, letter, most",
    [("cp1252", "é", 150), ("cp874", "ก", 150), ("cp949", "가", 75), ("utf-8", "ก", 50)],
)
def test_an_announcement_is_as_long_as_the_bytes_of_the_game_are(
    inside, monkeypatch, code_page, letter, most
):
    monkeypatch.setattr(inside, "code_page", code_page)
    row = planned(kind="announcement", data={"text": letter * most})
    assert row.data["text"] == letter * most
    with pytest.raises(Invalid, match="150"):
        planned(kind="announcement", data={"text": letter * (most - 1) + "xxxx"})


def test_an_announcement_of_which_players_could_read_nothing_is_refused(inside):
    with pytest.raises(Invalid):
        planned(kind="announcement", data={"text": "🎉"})


def test_no_more_of_a_kind_begin_in_a_day_than_the_owner_allows(inside):
    WorldEventLimit.objects.create(kind="festival", per_day=2)
    planned()
    planned()
    with pytest.raises(OverQuota):
        planned()
    planned(kind="parade")
    WorldEvent.objects.filter(kind="festival").update(created_at=timezone.now() - 25 * HOUR)
    planned()


def test_the_same_request_makes_one_event(inside):
    first = planned(request_id="r1")
    assert planned(request_id="r1", title="Another").pk == first.pk
    assert WorldEvent.objects.count() == 1


def test_npcs_hear_of_an_event_and_forget_what_was_taken_back(inside):
    make_npc(ai_enabled=True)
    row = planned(description="Three days of music.", map_name="prontera")
    assert news.witness() == 1
    assert "Three days of music" in NpcKnowledge.objects.get(origin="heard").text
    planning.retract(row.pk)
    row.refresh_from_db()
    assert (row.status, row.retracted) == ("ended", True)
    assert not NpcKnowledge.objects.filter(origin="heard").exists()
    assert news.witness() == 0, "nor do they hear of it again"
    planning.retract(row.pk)
    with pytest.raises(NotFound):
        planning.retract(row.pk + 1)


def test_what_is_over_is_what_its_town_remembers_until_it_is_taken_back(inside):
    make_npc(ai_enabled=True)
    row = planned(description="Three days of music.", map_name="prontera")
    news.witness()
    assert not NpcMemory.objects.exists(), "it still goes on"
    WorldEvent.objects.update(ends_at=timezone.now())
    news.witness()
    news.witness()
    remembered = NpcMemory.objects.shared().get()
    assert "Three days of music" in remembered.text
    assert (remembered.scope_key, remembered.char_id) == ("prontera", 0)
    planning.retract(row.pk)
    assert not NpcMemory.objects.exists()


def test_npcs_speak_of_storms_and_not_of_every_cloud(inside):
    make_npc(ai_enabled=True)
    for weather in ("cloudy", "storm"):
        planned(kind="weather", title=weather, data={"weather": weather})
    news.witness()
    assert [fact.text for fact in NpcKnowledge.objects.filter(origin="heard")] == ["storm"]


def test_the_strongest_cause_wins_and_the_same_one_tires(inside):
    happened("death", 40)
    happened("mvp_kill", 2, map_name="gef_dun02")
    for ago in range(10, 160, 6):
        happened("death", 1, hours_ago=ago)
    event, result = generated()
    assert (event.kind, event.map_name) == ("warning", "prt_fild08")
    assert "prt_fild08" in event.title and result["strength"] > 0.8
    again, _ = generated()
    assert (again.kind, again.map_name) == ("feast", "gef_dun02")
    assert generated()[0] is None


def test_what_is_as_usual_is_no_cause(inside):
    for ago in range(1, 160):
        happened("trade", 10, hours_ago=ago, map_name="prontera")
    assert generated()[0] is None


def test_a_swarm_is_of_the_monster_that_was_hunted_there_and_only_on_demand(inside):
    happened("kill", 600)
    now = timezone.now()
    for monster, number in ((1002, 10), (1063, 300)):
        GameEvent.objects.create(
            kind="kill", happened_at=now - HOUR, target_id=monster, number=number,
            map_name="prt_fild08", char_id=1,
        )  # fmt: skip
    assert generated()[0] is None
    made, _ = generated(kinds=["swarm"])
    assert made.kind == "spawn"
    assert made.data == {"monster_id": 1063, "amount": 12, "x": 0, "y": 0}
    with pytest.raises(Invalid):
        generated(kinds=["apocalypse"])


@pytest.mark.parametrize("lately, usual, low, high", [
    (0, 0, 0, 0), (10, 10, 0, 0), (5, 10, 0, 0), (2, 0, 0.4, 0.6), (1000, 1, 0.95, 1),
])  # fmt: skip
def test_the_more_it_stands_out_the_stronger_the_cause(lately, usual, low, high):
    assert low <= causes.standing_out(lately, usual) <= high


def test_stock_is_taken_once_an_hour(inside):
    hour = timezone.now().replace(minute=0, second=0, microsecond=0) - HOUR
    ActivityHour.objects.create(hour=hour, kind="kill", number=7)
    ActivityHour.objects.create(hour=hour, kind="kill", map_name="x", number=3)
    ActivityHour.objects.create(hour=hour, kind="zeny_made", number=1, zeny=500)
    planned()
    assert stock.take() and not stock.take()
    state = WorldStateSnapshot.objects.get(scope="stock").state
    assert (state["kill"], state["zeny_made"], state["zeny_spent"]) == (10, 500, 0)
    assert state["events"] == ["Harvest"] and state["economy"] == "unknown"
