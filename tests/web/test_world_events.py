"""World events over REST and in the admin: the owner's limits and the kinds' data count there too,
and what was told to the game ends before it is gone."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from grpc_api.pb.aiworld.v1 import world_pb2
from tenants.context import in_tenant
from world.happenings import planning
from world.happenings.planning import Happening
from world.models import WorldEvent, WorldEventLimit

PATH = "/api/v1/events"
ANNOUNCED = {"kind": "announcement", "data": {"text": "Harvest!"}}
WRONG = [
    {"kind": "announcement", "data": {"text": "x" * 151}},
    {"kind": "announcement"},
    {"kind": "spawn", "data": {"monster_id": 1002, "amount": 10_000}},
]


@pytest.fixture
def api(api_key):
    return Client(headers={"Authorization": f"Bearer {api_key}"})


@pytest.fixture
def post(api):
    def post(**fields):
        body = {"title": "Harvest", "starts_at": timezone.now().isoformat(), "status": "active"}
        return api.post(PATH, body | fields, content_type="application/json")

    return post


@pytest.fixture
def form(client, server, owner):
    """Sends the form that adds an event by hand."""
    client.force_login(owner)
    now = timezone.now()

    def form(kind, data):
        body = {
            "kind": kind, "title": "Harvest", "severity": "1", "status": "active", "data": data,
            "starts_at_0": f"{now:%Y-%m-%d}", "starts_at_1": f"{now:%H:%M:%S}",
        }  # fmt: skip
        return client.post(f"{server.path}admin/world/worldevent/add/", body)

    return form


def made(server):
    with in_tenant(server):
        return WorldEvent.objects.count()


@pytest.mark.parametrize("fields", WRONG)
def test_data_that_is_none_of_the_kinds_is_refused(post, server, fields):
    response = post(**fields)
    assert response.status_code == 400, response.content
    assert made(server) == 0


def test_what_the_map_server_is_to_do_is_stored_whole(post, server):
    assert post(kind="spawn", data={"monster_id": 1002, "amount": 2}).status_code == 201
    assert post(kind="festival", data={"songs": 3}).json()["data"] == {"songs": 3}
    with in_tenant(server):
        data = WorldEvent.objects.get(kind="spawn").data
    assert data == {"monster_id": 1002, "amount": 2, "x": 0, "y": 0}


def test_a_change_is_checked_as_a_new_event_is(post, api, server):
    path = f"{PATH}/{post(**ANNOUNCED).json()['id']}"
    for wrong in ({"data": {"text": ""}}, {"kind": "spawn"}):
        assert api.patch(path, wrong, content_type="application/json").status_code == 400
    changed = api.patch(path, {"data": {"text": "Rain!"}}, content_type="application/json")
    assert changed.status_code == 200 and changed.json()["data"]["text"] == "Rain!"


def test_the_owners_limit_counts_for_new_events_and_for_those_that_become_one(post, api, server):
    with in_tenant(server):
        WorldEventLimit.objects.create(kind="announcement", per_day=1)
    tale = post(kind="festival").json()["id"]
    assert post(**ANNOUNCED).status_code == 201
    assert post(**ANNOUNCED).status_code == 429
    changed = api.patch(f"{PATH}/{tale}", ANNOUNCED, content_type="application/json")
    assert changed.status_code == 429
    assert made(server) == 2


def test_what_is_deleted_is_over_for_the_game_and_gone_for_everybody_else(
    post, api, server, stubs, metadata
):
    path = f"{PATH}/{post(**ANNOUNCED).json()['id']}"
    request = world_pb2.StreamWorldEventsRequest(max_seconds=10)
    call = stubs.world.StreamWorldEvents(request, metadata=metadata, timeout=20)
    heard = (message.event.state for message in call if message.HasField("event"))
    assert next(heard) == world_pb2.WORLD_EVENT_STATE_ACTIVE
    assert api.delete(path).status_code == 204
    assert next(heard) == world_pb2.WORLD_EVENT_STATE_ENDED
    call.cancel()
    assert api.get(path).status_code == api.delete(path).status_code == 404
    assert api.get(PATH).json()["results"] == []


def test_staff_cannot_write_by_hand_what_the_api_refuses(form, server):
    assert form("announcement", "{}").status_code == 200
    assert form("spawn", '{"monster_id": 1002, "amount": 10000}').status_code == 200
    assert made(server) == 0
    with in_tenant(server):
        WorldEventLimit.objects.create(kind="festival", per_day=1)
    assert form("festival", '{"songs": 3}').status_code == 302
    assert form("festival", '{"songs": 3}').status_code == 200
    assert made(server) == 1


def test_staff_take_an_event_back_and_cannot_delete_it_unheard(client, server, owner):
    client.force_login(owner)
    with in_tenant(server):
        row, _known = planning.plan(Happening(kind="festival", title="Harvest"), made_by="staff")
    url = f"{server.path}admin/world/worldevent/"
    assert client.post(f"{url}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    client.post(url, {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"})
    assert made(server) == 1
