"""What scripts say that happened is told to the platform, each once."""

import time

import pytest

from grpc_api.mailbox.events import KINDS, Event, request
from grpc_api.mailbox.table import Table
from tenants.context import in_tenant
from tests.grpc_api.mailbox import script
from tests.grpc_api.mailbox.conftest import until_ready
from world.models import PlayerProfile

NAME = b"O'Hara \\ \xe9"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_one_of_the_protocol(kind):
    event = Event(7, kind, 1_700_000_000, 1, b"A", b"prontera", 1, 2, 3, 1, b"Priest")
    [told] = request([event], "cp1252").events
    assert told.WhichOneof("what") == kind and told.event_id == "7-1700000000"
    assert told.place.map == "prontera" and told.player.raw_name == b"A"


def test_an_event_that_cannot_be_is_left_to_the_platform_to_refuse():
    for wrong in ({"kind": "dance"}, {"a": -1}):
        values = {"kind": "kill", "a": 1} | wrong
        event = Event(7, values["kind"], 1, 1, b"", b"\xff", 1, 2, values["a"], 1, b"")
        [told] = request([event], "cp1252").events
        assert told.WhichOneof("what") is None


def test_a_text_of_a_player_stays_in_its_place(game, world):
    script.event(game, b"log_in", 12, 3, name=NAME, word=b"'=27\\", happened_at=1_700_000_000)
    with Table(world) as table:
        [event] = table.events()
        assert (event.name, event.word, event.a, event.b) == (NAME, b"'=27\\", 12, 3)
        table.forget_events([event.id])
        assert table.events() == []


def test_what_happened_counts_once_and_goes(started, grpc_address, api_key, game, root, server):
    now = int(time.time())
    script.event(game, b"log_in", 42, 10, word=b"Priest", name=NAME, happened_at=now)
    script.event(game, b"kill", 1002, 1, name=NAME, happened_at=now)
    script.event(game, b"dance", name=NAME, happened_at=now)
    for _ in range(2):
        started(grpc_address, api_key)
    for _ in range(1200):
        root.execute("SELECT COUNT(*) FROM ai_world_events")
        if root.fetchone()[0] == 0:
            break
        until_ready(game, 0, 0.05)
    else:
        raise AssertionError("they are never told")
    with in_tenant(server):
        player = PlayerProfile.objects.get(char_id=150_001)
    assert (player.base_level, player.name, player.kills) == (42, "O'Hara \\ é", 1)


def test_events_wait_while_the_platform_is_away(started, api_key, game, root):
    script.event(game, b"log_out", happened_at=int(time.time()))
    one = started("127.0.0.1:9", api_key)
    until_ready(game, 0, 1.0)
    one.stop.set()
    one.thread.join(20)
    root.execute("SELECT kind FROM ai_world_events")
    assert root.fetchall() == (("log_out",),)
