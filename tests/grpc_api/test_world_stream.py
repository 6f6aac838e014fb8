"""StreamWorldEvents: what happens reaches every reader at least once, in order."""

from __future__ import annotations

import copy
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import grpc
import pytest
from django.utils import timezone

from grpc_api import streams
from grpc_api.pb.aiworld.v1 import world_pb2, world_pb2_grpc
from tenants import api_keys, live
from tenants.context import in_tenant
from tenants.models import ApiKey
from tests.grpc_api.calls import field_of, refused
from world.models import WorldEvent

Code = grpc.StatusCode


def happen(server, title="Harvest", **fields):
    defaults = {"kind": "festival", "status": "active", "starts_at": timezone.now()}
    with in_tenant(server):
        return WorldEvent.objects.create(title=title, **defaults | fields)


@pytest.fixture
def listen(stubs, metadata):
    open_calls = []

    def listen(cursor="", metadata=metadata, timeout=20, **fields):
        request = world_pb2.StreamWorldEventsRequest(cursor=cursor, **fields)
        call = stubs.world.StreamWorldEvents(request, metadata=metadata, timeout=timeout)
        open_calls.append(call)
        return call

    yield listen
    for call in open_calls:
        call.cancel()


@pytest.fixture
def slow(grpc_address, metadata, committed, server, monkeypatch):
    """A reader that has read one message of 60, more than there is room for, and was dropped."""
    monkeypatch.setattr(streams, "SLOW", 0.3)
    for n in range(60):
        happen(server, f"E{n}", description="é" * 2_000)
    options = [("grpc.http2.bdp_probe", 0)]  # the window stays as small as it begins
    with grpc.insecure_channel(grpc_address, options=options) as channel:
        stub = world_pb2_grpc.WorldStub(channel)
        request = world_pb2.StreamWorldEventsRequest(cursor="0")
        call = stub.StreamWorldEvents(request, metadata=metadata, timeout=30)
        assert next(call).event.title == "E0"
        soon(lambda: streams.streams.open(server) == 0)
        yield call
    soon(lambda: not streams.streams.parting(server))


def soon(true):
    ends = time.monotonic() + 10
    while not true():
        assert time.monotonic() < ends
        time.sleep(0.02)


def events(call):
    return (message for message in call if message.HasField("event"))


def titles(call):
    return [message.event.title for message in events(call)]


def test_a_new_reader_hears_what_goes_on_and_then_what_happens(listen, server):
    happen(server, "Old", status="ended")
    happen(server, "Over", ends_at=timezone.now(), starts_at=timezone.now() - timedelta(hours=1))
    happen(server, "Going on")
    heard = events(listen())
    assert next(heard).event.title == "Going on"
    happen(server, "New")
    assert next(heard).event.title == "New"


def test_a_cursor_goes_on_after_what_was_heard(listen, server):
    for n in range(250):
        happen(server, f"E{n}")
    first = events(listen())
    cursor = [next(first) for _ in range(3)][-1].cursor
    again = titles(listen(cursor, max_seconds=1))
    assert again[:2] == ["E153", "E154"], "the last hundred come first, and then on from there"
    everything = titles(listen("0", max_seconds=1))
    assert everything == [f"E{n}" for n in range(250)]


def test_a_change_is_told_again_and_the_end_too(listen, server):
    row = happen(server)
    heard = events(listen())
    assert next(heard).event.state == world_pb2.WORLD_EVENT_STATE_ACTIVE
    with in_tenant(server):
        row.status = "ended"
        row.save(update_fields=["status"])
    told = next(heard).event
    assert (told.id, told.state) == (row.pk, world_pb2.WORLD_EVENT_STATE_ENDED)


def test_events_that_are_written_at_once_are_all_heard(listen, server):
    heard = events(listen())
    happen(server, "first")
    assert next(heard).event.title == "first"
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: happen(server, f"E{n}"), range(80)))
    found = [next(heard) for _ in range(80)]
    assert {message.event.title for message in found} == {f"E{n}" for n in range(80)}
    cursors = [int(message.cursor) for message in found]
    assert cursors == sorted(cursors)


def test_an_announcement_has_the_bytes_of_the_game(listen, server):
    data = {"text": "Festa em Prontera às dez!", "colour": 0x00FF00}
    happen(server, kind="announcement", data=data)
    told = next(events(listen())).event
    assert told.announcement.text == "Festa em Prontera às dez!"
    assert told.announcement.raw_text.decode("cp1252") == told.announcement.text
    assert told.announcement.colour == 0x00FF00


def test_data_that_is_no_such_thing_is_a_tale_and_no_order(listen, server):
    happen(server, kind="spawn", data={"monster_id": 1002, "amount": 10_000}, map_name="prontera")
    assert next(events(listen())).event.WhichOneof("what") is None


def test_an_announcement_that_became_too_long_for_the_game_is_a_tale(listen, server):
    """Its text was fine for the code page that the server had when it was made."""
    happen(server, kind="announcement", data={"text": "\u4e2d" * 60})
    assert next(events(listen())).event.WhichOneof("what") is None


def test_markup_of_the_client_is_taken_out(listen, server):
    happen(server, "^ff0000Fire<ITEM>x</ITEM>\u202e", description="a\nb")
    told = next(events(listen())).event
    assert "^" not in told.title and "<" not in told.title and "\u202e" not in told.title
    assert b"\n" not in told.raw_description


def test_readers_of_some_maps_hear_of_these_and_of_all_the_world(listen, server):
    happen(server, "here", map_name="prontera")
    happen(server, "there", map_name="geffen")
    happen(server, "everywhere")
    assert titles(listen(maps=["prontera"], max_seconds=1)) == ["here", "everywhere"]


def test_a_quiet_stream_says_that_it_lives(listen, server):
    messages = list(listen(heartbeat_seconds=1, max_seconds=3))
    assert len(messages) >= 2
    assert all(message.HasField("heartbeat") and message.cursor for message in messages)


def test_a_stream_ends_with_ok_before_its_deadline(listen, server):
    call = listen(timeout=1.5)
    assert list(call) == []
    assert call.code() == Code.OK


@pytest.mark.parametrize("cursor", ["x", "-1", "1e3", "999999999999999", "9" * 40, "\u0661"])
def test_a_cursor_that_was_never_given_is_refused(listen, server, cursor):
    error = refused(lambda: list(listen(cursor)))
    assert (error.code(), field_of(error)) == (Code.INVALID_ARGUMENT, "cursor")


def test_what_the_map_server_acts_on_is_written_down_until_it_says_otherwise(listen, server):
    def told(**fields):
        titles(listen(max_seconds=1, **fields))
        server.refresh_from_db()
        return server.acts_on

    acts = world_pb2.Acts(kinds=["npc_arrival", "hazard", "no_such_kind", "hazard"])
    assert told(acts=acts) == ["hazard", "npc_arrival"]
    assert told() == ["hazard", "npc_arrival"]
    assert told(acts=world_pb2.Acts()) == []


def test_another_servers_events_are_never_heard(listen, server, other_server, other_key):
    happen(other_server, "theirs")
    happen(server, "ours")
    assert titles(listen("0", max_seconds=1)) == ["ours"]
    theirs = listen("0", metadata=(("x-api-key", other_key),), max_seconds=1)
    assert titles(theirs) == ["theirs"]


def test_a_stream_ends_when_its_key_is_revoked(listen, server):
    call = listen()
    ApiKey.objects.filter(server=server).update(revoked_at=timezone.now())
    api_keys.forget_all()
    error = refused(lambda: list(call))
    assert error.code() == Code.UNAUTHENTICATED


def test_a_server_has_so_many_streams_and_gets_one_back_when_it_leaves(listen, server, monkeypatch):
    monkeypatch.setattr(streams, "PER_SERVER", 2)
    happen(server)
    calls = [listen(), listen()]
    for call in calls:
        next(events(call))
    error = refused(lambda: list(listen()))
    assert error.code() == Code.RESOURCE_EXHAUSTED
    calls[0].cancel()
    ends = time.monotonic() + 5
    while time.monotonic() < ends:
        try:
            assert titles(listen(max_seconds=1)) == ["Harvest"]
            break
        except grpc.RpcError as error:
            assert error.code() == Code.RESOURCE_EXHAUSTED
    else:
        pytest.fail("the seat was never free again")


def test_a_slow_reader_is_dropped_and_misses_nothing_when_it_comes_again(slow, listen):
    heard = [world_pb2.WorldMessage(cursor="0")]

    def read():
        heard.extend(slow)

    error = refused(read)
    assert (error.code(), error.details()) == (Code.RESOURCE_EXHAUSTED, streams.TOO_SLOW)
    before = [message.event.title for message in heard[1:]]
    assert len(before) < 40, "so much found room"
    again = titles(listen(heard[-1].cursor, max_seconds=2))
    assert ["E0", *before, *again] == [f"E{n}" for n in range(60)]


def test_a_slow_reader_gives_its_seat_back_though_it_never_reads(slow, listen, monkeypatch):
    monkeypatch.setattr(streams, "PER_SERVER", 1)
    assert next(listen("0")).event.title == "E0"


def test_what_is_held_for_slow_readers_is_bounded(slow, listen, server, monkeypatch):
    monkeypatch.setattr(streams, "PARTING", 1)
    error = refused(lambda: next(listen("0")))
    assert (error.code(), error.details()) == (Code.RESOURCE_EXHAUSTED, streams.TOO_MANY)
    slow.cancel()
    soon(lambda: not streams.streams.parting(server))
    assert next(listen("0")).event.title == "E0"


def test_a_stream_goes_on_while_redis_is_away(listen, server, settings):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        nowhere = f"redis://127.0.0.1:{probe.getsockname()[1]}/0"
        layers = copy.deepcopy(settings.CHANNEL_LAYERS)
        layers["default"]["CONFIG"]["hosts"] = [nowhere]
        settings.CHANNEL_LAYERS = layers
        live._publisher.cache_clear()
        try:
            happen(server, "Going on")
            heard = events(listen())
            assert next(heard).event.title == "Going on"
            for n in range(2):
                happen(server, f"E{n}")
                assert next(heard).event.title == f"E{n}"
            assert live._publisher().dropped
        finally:
            live._publisher.cache_clear()
