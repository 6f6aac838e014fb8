"""The map of the timeline: what happened where, each thing once, and one map alone."""

import re
import zlib
from datetime import timedelta

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from npcs import map_drawing
from npcs.map_drawing import Mark, Sheet
from tenants.context import in_tenant
from world import maps_page, timeline, timeline_maps
from world.models import ActivityHour, GameEvent, GameMap, GameMonster, WorldEvent

HOUR = timedelta(hours=1)
FIELD, CAVE, TOWN = "prt_fild08", "pay_dun00", "prontera"


def since():
    return timezone.now() - 24 * HOUR


def busy(name, kind, number, *, hours_ago=2):
    hour = timezone.now().replace(minute=0, second=0, microsecond=0) - hours_ago * HOUR
    ActivityHour.objects.create(hour=hour, kind=kind, map_name=name, number=number)


def told(title, name, *, kind="feast", hours_ago=1, **fields):
    at = timezone.now() - hours_ago * HOUR
    return WorldEvent.objects.create(
        kind=kind, title=title, map_name=name, starts_at=at, **fields
    )  # fmt: skip


def happened(kind, name, x, y, *, minutes_ago=30, **fields):
    at = timezone.now() - timedelta(minutes=minutes_ago)
    return GameEvent.objects.create(
        kind=kind, map_name=name, x=x, y=y, happened_at=at, char_id=150_001, **fields
    )


def live():
    busy(FIELD, "kill", 900)
    busy(FIELD, "kill", 50, hours_ago=3)
    busy(CAVE, "kill", 50)
    busy(CAVE, "death", 4)
    busy(CAVE, "mvp_kill", 1)
    busy(CAVE, "log_in", 70)
    busy(TOWN, "death", 9, hours_ago=40)
    busy("", "kill", 5)
    told("A feast", TOWN)
    told("It rains", TOWN, kind="weather")
    told("Taken back", TOWN, retracted=True)
    told("Everywhere", "")
    GameMonster.objects.create(id=1038, aegis_name="WORM", name="Old Worm", size="Large")
    happened("mvp_kill", CAVE, 30, 10, target_id=1038)
    happened("death", CAVE, 12, 7, minutes_ago=20)
    happened("death", CAVE, 0, 0)
    happened("death", FIELD, 5, 6)
    happened("kill", CAVE, 8, 8)
    happened("death", CAVE, 9, 9, minutes_ago=2_000)


def test_a_map_has_what_happened_there_and_rare_things_make_it_as_busy_as_common_ones(inside):
    live()
    found = timeline_maps.busiest(since())
    assert [one.name for one in found] == [CAVE, TOWN, FIELD]
    cave, town, field = (one.numbers for one in found)
    assert cave == {"event": 0, "mvp_kill": 1, "death": 4, "base_level": 0, "kill": 50}
    assert (town["event"], town["death"], field["kill"]) == (1, 0, 950)
    assert found[0].share == 1 and found[1].share == pytest.approx(1 / 2.05)


def test_spots_are_the_latest_of_their_map_and_only_where_a_place_is_known(inside):
    live()
    found = timeline_maps.spots([CAVE, TOWN], since())
    assert [(one.kind, one.x, one.y, one.title) for one in found[CAVE]] == [
        ("death", 12, 7, ""), ("mvp", 30, 10, "Old Worm"),
    ]  # fmt: skip
    assert found[TOWN] == []
    for n in range(timeline_maps.MOST_SPOTS + 5):
        happened("death", TOWN, n + 1, 1, minutes_ago=n + 1)
    latest = timeline_maps.spots([TOWN], since())[TOWN]
    assert [one.x for one in latest] == list(range(1, timeline_maps.MOST_SPOTS + 1))


def test_an_event_is_where_its_data_says_on_other_maps_too(inside):
    told("A spawn", FIELD, kind="spawn", data={"monster_id": 1, "amount": 2, "x": 7, "y": 8})
    told("A flood", FIELD, kind="hazard", data={"areas": [{"x": 1, "y": 2, "radius": 3}, "?"]})
    told("A delve", TOWN, kind="dungeon", data={"rooms": [{"map": CAVE, "x": 3, "y": 4}]})
    told("Nowhere", FIELD, data={"x": 0, "y": 0})
    told("Odd", FIELD, data={"x": "7", "y": None})
    told("A list", FIELD, data=[1])
    found = timeline_maps.spots([FIELD, CAVE], since())
    assert {(one.title, one.x, one.y) for one in found[FIELD]} == {
        ("A spawn", 7, 8), ("A flood", 1, 2),
    }  # fmt: skip
    assert [(one.title, one.x, one.y) for one in found[CAVE]] == [("A delve", 3, 4)]


def test_a_map_alone_has_its_own_story(inside):
    live()
    happened("base_level", FIELD, 1, 1, number=70)
    line = timeline.look_back("day", place=CAVE)
    assert line.totals["kill"] == 50 and sum(one.number for one in line.bars["death"]) == 4
    assert [one.kind for one in line.moments] == ["mvp"] and line.dangerous == [] and not line.sky
    assert [one.title for one in timeline.look_back("day", place=TOWN).moments] == ["A feast"]


def area(path):
    """Cells that a ground covers, as it is drawn."""
    return {
        (x, y)
        for left, top, wide, high in re.findall(r"M(\d+) (\d+)h(\d+)v(\d+)h-\d+z", path)
        for x in range(int(left), int(left) + int(wide))
        for y in range(int(top), int(top) + int(high))
    }


@given(st.integers(1, 20), st.integers(1, 20), st.data())
def test_a_small_ground_covers_just_the_walkable_cells_upside_down(width, height, data):
    cells = data.draw(st.sets(st.tuples(st.integers(0, width - 1), st.integers(0, height - 1))))
    bits = np.zeros((height, width), bool)
    for x, y in cells:
        bits[y, x] = True
    path = map_drawing.ground(np.packbits(bits).tobytes(), width, height)
    assert area(path) == {(x, height - 1 - y) for x, y in cells}


def test_a_large_ground_is_made_of_few_squares():
    bits = np.zeros((400, 400), bool)
    bits[:100] = True
    path = map_drawing.ground(np.packbits(bits).tobytes(), 400, 400)
    assert path.count("M") <= map_drawing.STEPS
    assert area(path) >= {(0, 399), (399, 399), (200, 302)} and (200, 290) not in area(path)


def test_marks_beside_the_map_are_left_out_and_titles_bring_no_markup():
    marks = [Mark(3, 4, "death", "<b>"), Mark(10, 4, "death", "out"), Mark(1, -1, "mvp", "out")]
    drawing = map_drawing.svg(Sheet(width=10, height=20), marks, said='"', name="x")
    assert 'cx="3" cy="16"' in drawing and "&lt;b&gt;" in drawing and "<b>" not in drawing
    assert "out" not in drawing and "&quot;" in drawing


@pytest.fixture(params=["admin", "portal"])
def page(request, owner, server, client):
    """Text of the timeline, in the administration and in the portal."""
    client.force_login(owner)
    admin = f"{server.path}admin/world/worldevent/timeline/"
    address = admin if request.param == "admin" else f"/servers/{server.server_id}/world/"

    def page(**query):
        answer = client.get(address, query)
        assert answer.status_code == 200
        return answer.text

    return page


def tiles(text):
    return re.findall(r'class="map-tile" href="([^"]+)"', text)


def test_the_page_draws_the_maps_and_each_leads_to_its_own_story(page, server):
    with in_tenant(server):
        live()
        cells = zlib.compress(b"\xff" * 200)
        GameMap.objects.create(name=CAVE, width=40, height=40, cells=cells)
    text = page(back="week")
    links = {f"?back=week&amp;map={name}" for name in (CAVE, TOWN, FIELD)}
    assert set(tiles(text)) == links and len(tiles(text)) == 3
    assert text.count('class="ground"') == 1 and "MVP Old Worm fell (30, 10)" in text
    assert re.search(rf">{CAVE}</a></th><td>0</td><td>1</td><td>4</td><td>0</td><td>50</td>", text)
    alone = page(map=CAVE)
    assert "a player fell (12, 7)" in alone and "A feast" not in alone and not tiles(alone)
    assert f"?back=week&amp;map={CAVE}" in alone and 'href="?back=day">' in alone


def test_a_maps_name_brings_no_markup_and_no_error(page, server):
    name = '<b>"&a=1'
    with in_tenant(server):
        busy(name, "kill", 3)
    [link] = tiles(page())
    assert link.endswith("map=%3Cb%3E%22%26a%3D1") and "<b>&quot;" not in page()
    assert "&lt;b&gt;" in page(map=name)
    for odd in ("\0", "x" * 25, "\n", "no_such_map"):
        assert "<h1" in page(map=odd)


def test_of_a_thousand_maps_the_busiest_are_drawn_with_as_many_queries(inside):
    def drawn():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            found = maps_page.drawn(since(), lambda name: name)
        return found, len(asked)

    for n in range(20):
        busy(f"map_{n:04}", "kill", 10_000 - n)
    _, few = drawn()
    hour = timezone.now() - HOUR
    ActivityHour.objects.bulk_create(
        ActivityHour(hour=hour, kind="kill", map_name=f"map_{n:04}", number=5_000 - n)
        for n in range(20, 1_000)
    )
    found, many = drawn()
    assert many == few
    assert [one.name for one in found["tiles"]] == [f"map_{n:04}" for n in range(maps_page.TILES)]
    assert (found["not_drawn"], found["not_listed"]) == (1_000 - maps_page.TILES, 950)


def test_a_picture_is_drawn_where_there_is_one_and_served_to_members(
    owner, stranger, server, client, settings, tmp_path
):
    Image.new("RGB", (30, 20)).save(tmp_path / f"{CAVE}.png")
    (tmp_path / "secret.txt").write_text("x")
    settings.MAP_IMAGES_DIR = str(tmp_path)
    with in_tenant(server):
        live()
    client.force_login(owner)
    picture = f"/servers/{server.server_id}/world/maps/{CAVE}.png"
    text = client.get(f"/servers/{server.server_id}/world/").text
    assert f'<image href="{picture}" width="30" height="20"' in text
    assert client.get(picture)["Content-Type"] == "image/png"
    admin = f"{server.path}admin/npcs/npcpersonality/maps/{CAVE}.png"
    assert f'href="{admin}"' in client.get(f"{server.path}admin/world/worldevent/timeline/").text
    for other in ("..", "..%2fsecret", TOWN):
        assert client.get(picture.replace(CAVE, other)).status_code == 404
    client.force_login(stranger)
    assert client.get(picture).status_code == 404
