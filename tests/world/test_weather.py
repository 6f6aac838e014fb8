"""Weather: the same for the same seed, as often as the season says, never what a land has not."""

import uuid
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from agents import runner
from agents.runner import Order
from aiworld.changes import Changes
from aiworld.loops import wait_for
from tests.conftest import make_npc
from world.models import WorldEvent, WorldEventLimit, WorldStateSnapshot
from world.weather import chain, turning
from world.weather.climates import CLIMATES, WEATHERS, group_of

slots = st.integers(0, 200_000)
groups = st.sampled_from(sorted(CLIMATES))
NOW = datetime(2026, 7, 10, 13, 30, tzinfo=UTC)


def turned():
    """By the agent; the weather of all groups afterwards."""
    order = Order(
        agent="weather_time", subject="everybody", window=uuid.uuid4().hex, cause="schedule",
        params={},
    )  # fmt: skip
    wait_for(runner.run(order))
    return turning.skies()


@pytest.mark.parametrize("group", CLIMATES)
def test_the_shares_of_every_day_sum_up_to_one(group):
    for day in range(0, 366, 7):
        at = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=day)
        shares = CLIMATES[group].shares(at)
        assert len(shares) == len(WEATHERS)
        assert sum(shares) == pytest.approx(1) and min(shares) >= 0


@given(group=groups, slot=slots)
@settings(max_examples=100, deadline=None)
def test_weather_is_one_of_its_land_and_lasts_until_it_changes(group, slot):
    now = chain.weather("seed", group, slot)
    assert now == chain.weather("seed", group, slot)
    climate = CLIMATES[group]
    at = WEATHERS.index(now)
    assert any(
        season[at] for season in (climate.winter, climate.spring, climate.summer, climate.autumn)
    )
    until = chain.lasts_until("seed", group, slot)
    assert chain.begins(slot) < until <= chain.begins(slot) + timedelta(days=1)
    between = range(slot, chain.slot_of(until))
    assert {chain.weather("seed", group, n) for n in between} == {now}


def test_over_many_summers_it_comes_as_often_as_the_season_says():
    """And stays as often as `persistence` and the shares say together."""
    summers = [
        chain.slot_of(datetime(2020 + year, 7, 10, tzinfo=UTC)) + n
        for year in range(40)
        for n in range(80)
    ]
    seen = [chain.weather("s", "temperate", slot) for slot in summers]
    found = Counter(seen)
    shares = CLIMATES["temperate"].shares(NOW)
    for name, share in zip(WEATHERS, shares, strict=True):
        assert found[name] / len(seen) == pytest.approx(share, abs=0.06)
    stays = [
        chain.weather("s", "temperate", n + 1) == w for n, w in zip(summers, seen, strict=True)
    ]
    expected = 0.6 + 0.4 * sum(share**2 for share in shares)
    assert sum(stays) / len(stays) == pytest.approx(expected, abs=0.05)


def test_snow_falls_in_winter_and_never_in_the_desert():
    def snow(group, month):
        first = chain.slot_of(datetime(2025, month, 1, tzinfo=UTC))
        return [chain.weather("s", group, first + n) for n in range(240)].count("snow")

    assert snow("mountains", 1) > 30
    assert snow("mountains", 7) == 0
    assert snow("desert", 1) == 0


@pytest.mark.parametrize(
    "name, group",
    [
        ("prontera", "temperate"), ("prt_fild08", "temperate"), ("morocc", "desert"),
        ("xmas", "snow"), ("payon", "forest"), ("alberta", "coast"), ("geffen", "mountains"),
        ("pay_dun00", ""), ("prt_in", ""), ("gef_tower", ""), ("prtg_cas01", ""),
    ],
)  # fmt: skip
def test_a_map_has_the_weather_of_its_land_and_none_indoors(name, group):
    assert group_of(name) == group


def test_it_turns_once_is_told_and_npcs_see_it(inside):
    make_npc("morocc/Abdul", map_name="morocc")
    make_npc("pay_dun00/Ghost", map_name="pay_dun00")
    [sky] = turned()
    assert turned() == [sky], "again changes nothing"
    event = WorldEvent.objects.get()
    assert (event.kind, event.data["maps"], event.ends_at) == ("weather", ["morocc"], sky.until)
    until = chain.lasts_until(inside.server_id, "desert", chain.slot_of(event.starts_at))
    assert until <= sky.until <= until + timedelta(minutes=1)
    assert event.position > 0
    assert WorldStateSnapshot.objects.count() == 1
    [state] = WorldStateSnapshot.objects.values_list("state", flat=True)
    assert (
        state["weather"]
        == sky.weather
        == chain.weather(inside.server_id, "desert", chain.slot_of(timezone.now()))
    )


def test_an_order_holds_until_it_ends_and_then_the_seasons_go_on(inside):
    make_npc("morocc/Abdul", map_name="morocc")
    WorldStateSnapshot.objects.create(
        taken_at=timezone.now() - timedelta(hours=1), scope="morocc",
        state={"weather": "clear", "flags": {"siege": True}},
    )  # fmt: skip
    turned()
    sky = turning.order("desert", "rain", lasts=timedelta(minutes=5), changes=Changes())
    assert [one.weather for one in turned()] == ["rain"]
    latest = WorldStateSnapshot.objects.filter(scope="morocc").order_by("-taken_at").first()
    assert latest.state == {"weather": "rain", "flags": {"siege": True}}
    assert WorldEvent.objects.filter(kind="weather", status="active").count() == 1
    WorldEvent.objects.filter(pk=sky.event_id).update(
        starts_at=timezone.now() - timedelta(hours=1), ends_at=timezone.now()
    )
    [after] = turned()
    now = chain.slot_of(timezone.now())
    assert after.weather == chain.weather(inside.server_id, "desert", now)


def test_an_owner_who_wants_no_weather_has_none(inside):
    make_npc("morocc/Abdul", map_name="morocc")
    WorldEventLimit.objects.create(kind="weather", per_day=0)
    assert turned() == []
    assert not WorldEvent.objects.exists()
