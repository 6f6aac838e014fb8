"""What goes on in the world stands in the table while it does, for scripts to look at."""

import re
import time
from dataclasses import replace

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grpc_api.mailbox.happenings import SHOWN, Happening, told
from grpc_api.mailbox.table import Table
from grpc_api.pb.aiworld.v1 import npcs_pb2, world_pb2
from tenants.context import in_tenant
from tests.grpc_api.mailbox import script
from world.models import WorldEvent

WORLD = script.LIBRARY.parent / "world.txt"
FUZZ = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def world(world):
    return replace(world, world=tuple(SHOWN))


def happen(server, kind, data, **fields):
    with in_tenant(server):
        return WorldEvent.objects.create(
            kind=kind, title="t", status="active", starts_at=timezone.now(), data=data, **fields
        )


def looked_at(game):
    """What world.txt sees: rows by kind."""
    [statement] = script.statements(WORLD.read_text())
    rows = game.query(statement[0][1:-1].encode())
    return {row[1].decode(): row for row in rows}


def until(game, seen, seconds=120):
    ends = time.monotonic() + seconds
    while not seen(found := looked_at(game)):
        assert time.monotonic() < ends, found
        time.sleep(0.05)
    return found


def test_scripts_see_what_goes_on_and_no_more_when_it_is_over(
    started, grpc_address, api_key, npc, game, server
):
    arrival = {
        "npc": "prontera/Runa#road", "name": "Runa", "sprite": "754", "map": "prontera", "x": 150,
        "y": 160, "left": 140, "bottom": 150, "right": 160, "top": 170,
    }  # fmt: skip
    happen(server, "npc_arrival", arrival, map_name="prontera")
    happen(server, "weather", {"weather": "fog", "maps": ["prontera", "geffen"]})
    said = happen(server, "announcement", {"text": "A feast tonight!", "colour": 0xFFCC00})
    happen(server, "festival", {})
    started(grpc_address, api_key)
    found = until(game, lambda rows: len(rows) == 3)
    _, _, place, x, y, looks, name, key, _ = found["npc_arrival"]
    assert (place, x, y, looks) == (b"prontera", b"150", b"160", b"754")
    assert (name, key) == (b"Runa", b"prontera/Runa#road")
    assert found["weather"][6] == b"fog" and found["weather"][8] == b"prontera,geffen"
    assert found["announcement"][5:7] == [b"%d" % 0xFFCC00, b"A feast tonight!"]
    server.refresh_from_db()
    assert server.acts_on == ["announcement", "npc_arrival", "weather"]
    with in_tenant(server):
        said.status = "ended"
        said.save()
    until(game, lambda rows: set(rows) == {"weather", "npc_arrival"})


def test_what_ended_while_the_bridge_was_away_ends_when_it_is_back(
    started, grpc_address, api_key, npc, game, server
):
    event = happen(server, "announcement", {"text": "Hear, hear"})
    one = started(grpc_address, api_key)
    until(game, lambda rows: "announcement" in rows)
    one.stop.set()
    one.thread.join(20)
    with in_tenant(server):
        event.status = "ended"
        event.save()
    assert "announcement" in looked_at(game)
    started(grpc_address, api_key)
    until(game, lambda rows: not rows)


def test_what_is_planned_or_over_is_not_seen(world, game):
    now = int(time.time())
    with Table(world) as table:
        for number, (begins, ends) in enumerate(((600, 0), (-60, -1), (-60, 600), (-60, 0)), 1):
            at = {"starts_at": now + begins, "ends_at": now + ends if ends else 0}
            table.happen(Happening(id=number, cursor="7", kind="announcement", word=b"x", **at))
        assert table.cursor() == "7"
        assert looked_at(game)["announcement"][0] == b"4"
        table.forget_happenings()
        assert table.cursor() == "" and not looked_at(game)


def test_bytes_of_any_code_page_stay_in_their_place(world, game):
    @FUZZ
    @given(word=st.binary(max_size=40), npc=st.binary(max_size=40))
    def stays(word, npc):
        row = Happening(id=1, cursor="1", kind="npc_arrival", word=word, npc=npc, starts_at=1)
        table.happen(row)
        assert looked_at(game)["npc_arrival"][6:8] == [word, npc]

    with Table(world) as table:
        stays()


def test_what_scripts_cannot_show_is_no_row_and_what_they_can_fits():
    said = world_pb2.WorldEvent(id=2, announcement=world_pb2.Announcement(raw_text=b"Hear"))
    message = world_pb2.WorldMessage(cursor="9", event=said)
    assert told(message, "cp1252", SHOWN).kind == "announcement"
    assert told(message, "cp1252", ("weather",)).kind == ""
    boss = world_pb2.WorldEvent(id=3, boss=world_pb2.Boss(monster_id=1002))
    assert told(world_pb2.WorldMessage(cursor="9", event=boss), "cp1252", SHOWN).kind == ""
    many = world_pb2.WeatherChange(weather=3, maps=[f"prt_fild{n:02}" for n in range(1000)])
    fog = world_pb2.WorldEvent(id=4, weather=many)
    row = told(world_pb2.WorldMessage(cursor="9", event=fog), "cp1252", SHOWN)
    assert 3900 < len(row.maps) <= 4000
    assert all(re.fullmatch(rb"prt_fild\d+", one) for one in row.maps.split(b","))
    who = npcs_pb2.NpcArrival(name="x", raw_name=b"Runa#::AI_World", sprite="4_M_SAGE_A", x=70_000)
    row = told(world_pb2.WorldMessage(event=world_pb2.WorldEvent(npc_arrival=who)), "cp1252", SHOWN)
    assert (row.word, row.number, row.x) == (b"Runa", 0, 65_535)


def test_the_script_looks_once_in_five_seconds_at_a_bounded_number_of_rows():
    text = WORLD.read_text()
    assert text.count("query_sql") == 1 and "LIMIT 50" in text
    assert re.findall(r"^OnTimer(\d+):", text, re.M) == ["5000"]
