"""Hazards follow from weather, season and land; they are bounded, and leave towns alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiworld.changes import Changes, revert
from aiworld.errors import Conflict, Invalid, OverQuota, Refused
from tests.world.realm import ARENA, CRYPT, FIELD, TOWN, WOODS, busy, make_realm
from world.happenings.places import MOST_AREAS, MOST_HURT, MOST_SLOWED, WIDEST, Hazard
from world.hazards import effects, ground, lands, risks, striking
from world.hazards.ground import Ground
from world.hazards.risks import KINDS, Land
from world.models import WorldEvent, WorldEventLimit
from world.weather.climates import CLIMATES, WEATHERS

shares = st.floats(0, 1)
weathers = st.sampled_from(WEATHERS)
grounds = st.builds(Ground, weathers, shares, shares, shares, shares)


@st.composite
def some_lands(draw):
    return Land(
        map_name="m",
        group=draw(st.sampled_from(["", *CLIMATES])),
        flags=frozenset(draw(st.sets(st.sampled_from(["town", "pvp", "nosave", "gvg"])))),
        highest=draw(st.integers(0, 200)),
        undead=draw(shares),
        visits=draw(st.integers(0, 5_000)),
        deaths=draw(shares),
    )


@given(some_lands(), grounds)
def test_every_risk_is_bounded_by_its_map_and_no_town_or_arena_has_one(land, on):
    found = risks.risks(land, on)
    if land.flags & {"town", "pvp", "gvg"} or not land.highest:
        assert found == []
    for one in found:
        assert one.kind in KINDS and risks.LEAST <= one.risk <= 1
        assert 1 <= one.strength <= risks.most_strength(land.highest) <= 9
        assert (one.kind in risks.INSIDE) == (not land.group), "no flood where there is no sky"


@given(some_lands(), grounds)
def test_more_visitors_never_lessen_a_risk_and_a_late_one_never_raises_it(land, on):
    def of(land, **last):
        return {one.kind: one.risk for one in risks.risks(land, on, **last)}

    empty = Land(**{**vars(land), "visits": 0})
    assert all(of(land).get(kind, 0) >= risk for kind, risk in of(empty).items())
    late = of(land, last=dict.fromkeys(KINDS, timedelta(hours=1)))
    assert all(of(land)[kind] >= risk for kind, risk in late.items())


@given(st.lists(weathers, min_size=1, max_size=60), shares)
def test_what_the_weather_leaves_is_a_share(said, warm):
    left = ground.ground(said, warm=warm)
    assert left.weather == said[-1]
    assert all(0 <= one <= 1 for one in (left.wet, left.snow, left.dry))


@given(st.lists(weathers, max_size=40), shares)
def test_a_storm_leaves_the_ground_wetter_and_no_drier_than_a_clear_sky(before, warm):
    storm, clear = (ground.ground([*before, one], warm=warm) for one in ("storm", "clear"))
    assert storm.wet > clear.wet and storm.dry <= clear.dry


def test_hazards_have_their_season():
    july, january = (ground.warmth(datetime(2026, month, 15, tzinfo=UTC)) for month in (7, 1))
    assert july > 0.99 and january < 0.01
    dry = ground.ground(["clear"] * 56, warm=july)
    woods = Land(map_name="m", group="forest", flags=frozenset(), highest=50, undead=0,
                 visits=500, deaths=0)  # fmt: skip
    assert [one.kind for one in risks.risks(woods, dry)] == ["wildfire"]
    wet = ground.ground(["rain", "storm"] * 28, warm=july)
    assert risks.risks(woods, wet)[0].kind == "flood"
    frozen = ground.ground(["snow"] * 40 + ["clear"], warm=january)
    slope = Land(**{**vars(woods), "group": "mountains"})
    assert risks.risks(slope, frozen)[0].kind == "avalanche"


@given(st.sampled_from(KINDS), st.integers(1, 9))
def test_a_hazard_never_hurts_or_slows_more_than_it_may(kind, strength):
    assert 0 <= effects.hurt(kind, strength) <= MOST_HURT
    assert 0 <= effects.slowed(kind, strength) <= MOST_SLOWED
    assert timedelta(minutes=10) <= effects.lasts(strength) <= timedelta(hours=2)


@given(st.integers(0, 200_000), st.integers(1, 9))
def test_there_is_always_a_way_round(walkable, strength):
    places = [(at, at) for at in range(MOST_AREAS)]
    found = effects.areas(places, walkable, strength)
    assert len(found) <= MOST_AREAS and all(one["radius"] <= WIDEST for one in found)
    assert sum((2 * one["radius"] + 1) ** 2 for one in found) <= effects.COVERED * walkable


@pytest.fixture
def realm(inside):
    make_realm()
    busy(WOODS)
    return inside


def storm(group="forest"):
    now = datetime.now(UTC)
    return WorldEvent.objects.create(
        kind="weather", title="A storm rages.", status="active", starts_at=now,
        ends_at=now + timedelta(hours=3), data={"weather": "storm", "group": group, "maps": []},
    )  # fmt: skip


def struck(map_name=WOODS, **fields):
    fields = {"strength": 5, "lasts": timedelta(minutes=30), "title": "Flood", "tale": "Water.",
              "seed": "s", "changes": Changes()} | fields  # fmt: skip
    return striking.strike("flood", map_name, **fields)


def test_the_weather_that_was_ordered_brings_its_hazard_where_players_are(realm):
    storm()
    due = lands.due()
    assert {one.map_name for one in due} == {WOODS}, "nobody was anywhere else"
    assert "lightning" in [one.kind for one in due]
    assert {one.weather for one in due} == {"storm"}
    assert lands.due(TOWN) == [] and lands.due(ARENA) == []
    with pytest.raises(Invalid, match="nowhere"):
        lands.due("nowhere")


def test_where_the_dead_walk_and_many_die_there_is_miasma(realm):
    busy(CRYPT)
    busy(CRYPT, 40, "death")
    assert [one.kind for one in lands.due(CRYPT)][0] == "miasma"
    assert lands.due(FIELD) == [] or lands.due(FIELD)[0].strength <= 3


def test_a_hazard_is_an_event_that_ends_and_can_be_taken_back(realm):
    changes = Changes()
    event = struck(changes=changes)
    assert (event.kind, event.status, event.made_by) == ("hazard", "active", "agent")
    assert event.ends_at - event.starts_at < timedelta(hours=2)
    told = Hazard.model_validate(event.data)
    assert told.areas and all(0 < one.x < 40 for one in told.areas)
    assert revert(changes.noted) == 1
    event.refresh_from_db()
    assert (event.status, event.retracted) == ("ended", True), "the stream has to hear of it"


def test_towns_arenas_and_unknown_maps_are_refused(realm):
    for name in (TOWN, ARENA):
        with pytest.raises(Refused):
            struck(name)
    with pytest.raises(Invalid):
        struck("nowhere")
    assert not WorldEvent.objects.filter(kind="hazard").exists()


def test_one_at_a_time_on_a_map_and_no_more_than_the_owner_allows(realm):
    struck()
    with pytest.raises(Conflict):
        struck()
    assert lands.due(WOODS) == []
    WorldEventLimit.objects.create(kind="hazard", per_day=1)
    with pytest.raises(OverQuota):
        struck(CRYPT)
