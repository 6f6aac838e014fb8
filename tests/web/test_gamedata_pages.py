"""What staff and owners see of the server's own data."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from tenants.context import in_tenant
from world.models import GameImport

SAMPLE = Path(__file__).parents[2] / "samples" / "rathena"


@pytest.fixture
def data(server):
    call_command("import_db", SAMPLE, server=server.name, json=True)


@pytest.fixture
def page(data, server, viewer, signed_in):
    client = signed_in(viewer)

    def page(path):
        response = client.get(f"{server.path}admin/world/{path}")
        assert response.status_code == 200, path
        return response.text

    return page


@pytest.fixture
def api(data, api_key):
    client = Client(headers={"Authorization": f"Bearer {api_key}"})

    def api(path):
        response = client.get(f"/api/v1/{path}")
        assert response.status_code == 200, response.content
        return response.json()

    return api


def test_staff_see_what_was_imported(page, server):
    with in_tenant(server):
        row = GameImport.objects.get()
        row.first_warnings = ["db/<b>.yml: there is no such file"]
        row.save()
    text = page(f"gameimport/{row.pk}/change/")
    assert "game_monsters" in text
    assert "db/&lt;b&gt;.yml: there is no such file" in text
    assert "Renewal" in page("gameimport/")


def test_staff_find_items_and_monsters_and_what_belongs_to_them(page):
    assert "Sun Apple" in page("gameitem/?q=sun")
    assert "Sun Apple" not in page("gameitem/?q=blade")
    item = page("gameitem/70002/change/")
    assert "Puddle: 8 %" in item
    assert "Grocer Nilo: our_town 5,6: 40 z" in item
    monster = page("gamemonster/71002/change/")
    assert "Sun Apple: 4 %" in monster
    assert "our_cave: 20" in monster
    assert "Thornback (15): 5" in page("gamemap/our_field/change/")


@pytest.mark.parametrize(
    "table", ["gamedrop", "gamespawn", "gameoffer", "gameskill", "gamequest", "gamejob"]
)
def test_the_other_tables_are_listed(page, table):
    assert "result" in page(f"{table}/?q=a")


def test_nobody_changes_any_of_it(data, server, owner, signed_in):
    client = signed_in(owner)
    assert client.get(f"{server.path}admin/world/gameitem/add/").status_code == 403
    changed = client.post(f"{server.path}admin/world/gameitem/70001/change/", {"buy": 1})
    assert changed.status_code == 403


def test_a_program_reads_items_monsters_and_maps(api):
    [apple] = api("items?name=sun apple")["results"]
    assert (apple["id"], apple["buy"], apple["sell"]) == (70002, 40, 20)
    assert [row["id"] for row in api("items?dropped_by=71003")["results"]] == [70004, 70005]
    assert api("items/70003")["jobs"] == ["Novice", "Swordman"]
    [puddle] = api("monsters?max_level=5")["results"]
    assert puddle["drops"][0] == {
        "item": 70001, "name": "Dew Drop", "rate": 7000, "is_mvp_prize": False,
    }  # fmt: skip
    assert [row["name"] for row in api("monsters?is_mvp=true")["results"]] == ["Old King"]
    assert [row["name"] for row in api("maps?flag=town")["results"]] == ["our_town"]
    assert [row["name"] for row in api("maps?lives=71002")["results"]] == ["our_cave", "our_field"]
    town = api("maps/our_town")
    assert (town["width"], town["height"]) == (24, 20)
    assert "cells" not in town
