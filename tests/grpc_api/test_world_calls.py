"""UpdateWeather and GenerateWorldEvent."""

from __future__ import annotations

from datetime import timedelta

import grpc
import pytest
from django.utils import timezone

from grpc_api.pb.aiworld.v1 import common_pb2, world_pb2
from tenants.context import in_tenant
from tests.conftest import make_npc
from tests.grpc_api.calls import field_of, refused
from world.models import ActivityHour, WorldEvent, WorldEventLimit

Code = grpc.StatusCode


@pytest.fixture
def turn(stubs, metadata, server):
    with in_tenant(server):
        make_npc("morocc/Abdul", map_name="morocc")
        make_npc()

    def turn(**fields):
        asked = world_pb2.UpdateWeatherRequest(**fields)
        return stubs.world.UpdateWeather(asked, metadata=metadata, timeout=10).skies

    return turn


def test_without_an_order_every_group_has_what_the_seasons_bring(turn):
    skies = turn()
    assert {sky.group for sky in skies} == {"desert", "temperate"}
    assert all(sky.weather and sky.event_id for sky in skies)
    assert turn() == skies
    assert [sky.group for sky in turn(map="moc_fild01")] == ["desert"]


def test_an_order_is_a_world_event_on_the_maps_of_the_group(turn, server):
    [sky] = turn(map="morocc", weather=world_pb2.WEATHER_SANDSTORM, minutes=10, request_id="r")
    assert (sky.group, sky.weather) == ("desert", world_pb2.WEATHER_SANDSTORM)
    again = {"map": "morocc", "weather": world_pb2.WEATHER_SANDSTORM, "minutes": 10}
    assert turn(**again, request_id="r") == [sky]
    other = refused(lambda: turn(map="morocc", weather=world_pb2.WEATHER_RAIN, request_id="r"))
    assert other.code() == Code.ABORTED
    with in_tenant(server):
        event = WorldEvent.objects.get(pk=sky.event_id)
        assert event.data["maps"] == ["morocc"]
        assert event.ends_at - event.starts_at == pytest.approx(
            timedelta(minutes=10), abs=timedelta(seconds=1)
        )


@pytest.mark.parametrize(
    "fields, field",
    [
        ({"group": "moon", "weather": 1}, "group"),
        ({"weather": 1}, "group"),
        ({"map": "pay_dun00", "weather": 1}, "group"),
        ({"group": "desert", "weather": 99}, "weather"),
        ({"group": "desert", "weather": 1, "minutes": 10_000}, "minutes"),
    ],
)
def test_an_order_that_cannot_be_is_refused(turn, fields, field):
    error = refused(lambda: turn(**fields))
    assert (error.code(), field_of(error)) == (Code.INVALID_ARGUMENT, field)


def test_the_owners_limit_holds_for_calls(turn, server):
    with in_tenant(server):
        WorldEventLimit.objects.create(kind="weather", per_day=1)
    turn(group="desert", weather=1)
    assert refused(lambda: turn(group="desert", weather=2)).code() == Code.RESOURCE_EXHAUSTED


def test_an_event_is_generated_from_what_was_reported(stubs, metadata, server):
    def generate(**fields):
        asked = world_pb2.GenerateWorldEventRequest(**fields)
        return stubs.world.GenerateWorldEvent(asked, metadata=metadata, timeout=10)

    nothing = generate()
    assert not nothing.HasField("event") and nothing.source == common_pb2.SOURCE_UNSPECIFIED
    with in_tenant(server):
        hour = timezone.now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
        ActivityHour.objects.create(hour=hour, kind="mvp_kill", map_name="gef_dun02", number=3)
    made = generate(request_id="r")
    assert (made.event.kind, made.event.map) == ("feast", "gef_dun02")
    assert made.event.raw_title.decode("cp1252") == made.event.title
    assert made.source == common_pb2.SOURCE_COMPOSER and "3 on gef_dun02" in made.cause
    again = generate(request_id="r")
    assert again.repeated and again.event.id == made.event.id
    assert field_of(refused(lambda: generate(kinds=["x"]))) == "kinds"
