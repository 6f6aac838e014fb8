"""`manage.py import_db`, and what is read of what it wrote."""

from __future__ import annotations

import json
import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from aiworld.errors import Invalid
from npcs.models import NpcPersonality
from tenants.context import in_schema, in_tenant
from tenants.models import Server
from tests.conftest import make_npc
from world import gamedata
from world.models import GameDrop, GameImport, GameItem, GameSpawn

SAMPLE = Path(__file__).parents[2] / "samples" / "rathena"
DEW, APPLE, BLADE, CROWN, MOSS = range(70001, 70006)
PUDDLE, THORNBACK, KING = range(71001, 71004)


@pytest.fixture
def tree(tmp_path):
    shutil.copytree(SAMPLE, tmp_path / "server")
    return tmp_path / "server"


@pytest.fixture
def imported(server, tree):
    def imported(**options):
        out = StringIO()
        call_command("import_db", tree, server=server.name, json=True, stdout=out, **options)
        return json.loads(out.getvalue())

    return imported


@pytest.fixture
def data(imported, server):
    """The test is in the server's schema, with the sample imported."""
    imported()
    with in_tenant(server):
        yield


def test_the_sample_becomes_rows(imported, server):
    said = imported()
    rows = {name: counts["rows"] for name, counts in said["tables"].items()}
    assert rows == {
        "game_items": 5, "game_monsters": 3, "game_drops": 7, "game_maps": 3, "game_spawns": 4,
        "game_offers": 3, "game_skills": 1, "game_quests": 1, "game_jobs": 2,
    }  # fmt: skip
    assert (said["mode"], said["warnings"], said["left_out"], said["missing"]) == ("re", 0, 0, [])
    with in_tenant(server):
        assert GameItem.objects.get(pk=BLADE).jobs == ["Novice", "Swordman"]
        assert GameImport.objects.get().counts["game_items"]["added"] == 5


def test_a_second_import_writes_nothing(imported):
    imported()
    again = imported()
    for counts in again["tables"].values():
        assert (counts["added"], counts["changed"], counts["removed"]) == (0, 0, 0)


def test_another_mode_changes_what_differs_and_removes_what_is_gone(imported, server):
    imported()
    said = imported(mode="pre-re")["tables"]
    assert said["game_items"] == {"rows": 5, "added": 0, "changed": 1, "removed": 0}
    assert said["game_monsters"]["changed"] == 1
    assert said["game_spawns"] == {"rows": 2, "added": 2, "changed": 0, "removed": 4}
    assert said["game_drops"] == {"rows": 7, "added": 0, "changed": 0, "removed": 0}
    with in_tenant(server):
        assert GameItem.objects.get(pk=BLADE).buy == 1000
        assert GameSpawn.objects.filter(monster=THORNBACK).count() == 0


def test_without_sources_the_servers_own_mode_counts(imported, server):
    with in_schema():
        Server.objects.filter(pk=server.pk).update(rathena_mode="pre_renewal")
    try:
        assert imported()["mode"] == "pre-re"
        assert imported(mode="re")["mode"] == "re"
    finally:
        with in_schema():
            Server.objects.filter(pk=server.pk).update(rathena_mode="renewal")


def test_a_dry_run_says_it_all_and_writes_nothing(imported, server):
    said = imported(dry_run=True)
    assert said["dry_run"] is True
    assert said["tables"]["game_items"]["added"] == 5
    with in_tenant(server):
        assert (GameItem.objects.count(), GameImport.objects.count()) == (0, 0)


def test_an_item_that_goes_takes_its_drops_along(imported, server, tree):
    imported()
    path = tree / "db" / "re" / "item_db.yml"
    path.write_text(path.read_text().partition("  - Id: 70005")[0])
    said = imported()
    assert said["tables"]["game_items"]["removed"] == 1
    with in_tenant(server):
        assert not GameDrop.objects.filter(item_id=MOSS).exists()
        left = GameDrop.objects.filter(monster_id=THORNBACK)
        assert [drop.item_id for drop in left] == [DEW, APPLE]


def test_a_missing_file_is_told(imported, tree):
    (tree / "db" / "re" / "mob_db.yml").unlink()
    said = imported()
    assert "db/re/mob_db.yml: there is no such file" in said["missing"][0]
    assert said["tables"]["game_monsters"]["rows"] == 0


def test_every_issue_goes_into_a_file(imported, tree, tmp_path):
    (tree / "npc" / "re" / "mobs.txt").write_text("moon,0,0\tmonster\tPuddle\t71001,40\n")
    imported(issues=tmp_path / "issues.txt")
    told = (tmp_path / "issues.txt").read_text()
    assert told == "npc/re/mobs.txt:1: there is no map moon: left out\n"


def test_a_person_reads_a_table(server, tree):
    out = StringIO()
    call_command("import_db", tree, server=server.name, stdout=out)
    assert "game_monsters" in out.getvalue()
    assert "0 records left out, 0 warnings" in out.getvalue()


def test_a_folder_that_is_none_is_refused(server, tmp_path):
    with pytest.raises(CommandError, match="no such folder"):
        call_command("import_db", tmp_path / "nowhere", server=server.name)
    with pytest.raises(CommandError, match="is it the folder of a rAthena server"):
        call_command("import_db", tmp_path, server=server.name)


def test_another_server_sees_nothing_of_it(imported, other_server):
    imported()
    with in_tenant(other_server):
        assert not gamedata.is_imported()
        with pytest.raises(Invalid, match="not imported yet"):
            gamedata.item(DEW)


def test_guides_forget_what_they_said_when_the_data_changes(imported, server):
    with in_tenant(server):
        guide = make_npc("our_town/Elia#town", role="guide")
        smith = make_npc("our_town/Oda#town", role="smith")
    imported()
    with in_tenant(server):
        versions = dict(NpcPersonality.objects.values_list("key", "version"))
    assert versions[guide.key] == guide.version + 1
    assert versions[smith.key] == smith.version
    imported()
    with in_tenant(server):
        assert dict(NpcPersonality.objects.values_list("key", "version")) == versions


@pytest.mark.usefixtures("data")
def test_an_unknown_id_is_refused_with_the_reason():
    assert gamedata.item(DEW).name == "Dew Drop"
    assert gamedata.monster(PUDDLE).level == 2
    for wrong in (4, -1, 2**40):
        with pytest.raises(Invalid, match=f"there is no item {wrong} on this server") as refused:
            gamedata.item(wrong, field="reward")
        assert refused.value.field == "reward"
        with pytest.raises(Invalid, match="there is no monster"):
            gamedata.monster(wrong)
    with pytest.raises(Invalid, match="there is no map 'moon'"):
        gamedata.game_map("moon")
    assert gamedata.map_exists("our_town")
    assert not gamedata.map_exists("moon")


@pytest.mark.usefixtures("data")
def test_things_are_found_by_name():
    assert [row.pk for row in gamedata.items_named("dew drop")] == [DEW]
    assert [row.pk for row in gamedata.items_named("SUN")] == [APPLE]
    assert gamedata.items_named("") == []
    assert [row.pk for row in gamedata.monsters_named("Puddle")] == [PUDDLE]


@pytest.mark.usefixtures("data")
def test_who_drops_what_with_rates_the_most_generous_first():
    assert [(drop.monster.name, drop.rate) for drop in gamedata.droppers(APPLE)] == [
        ("Puddle", 800),
        ("Thornback", 400),
    ]
    assert gamedata.droppers(CROWN) == []  # an MVP's prize is no drop
    assert [drop.item.name for drop in gamedata.drops(PUDDLE)] == [
        "Dew Drop", "Sun Apple", "Oak Blade",
    ]  # fmt: skip


@pytest.mark.usefixtures("data")
def test_where_monsters_live_and_at_what_levels():
    homes = gamedata.homes(THORNBACK)
    assert [(home.map_name, home.amount) for home in homes] == [("our_cave", 20), ("our_field", 5)]
    assert [row.name for row in gamedata.residents("our_field")] == ["Puddle", "Thornback"]
    field = gamedata.levels("our_field")
    assert (field.lowest, field.highest, field.monsters) == (2, 15, 45)
    cave = gamedata.levels("our_cave")
    assert (cave.lowest, cave.highest) == (15, 15)  # the MVP does not count
    assert gamedata.levels("our_town") is None
    assert gamedata.maps_for_level(14) == ["our_cave"]
    assert gamedata.maps_for_level(90) == []


@pytest.mark.usefixtures("data")
def test_prices_leave_no_gain():
    prices = gamedata.prices(BLADE)
    assert (prices.buy, prices.sell, prices.lowest, prices.highest) == (1200, 600, 744, 912)
    assert [(o.shop, o.price) for o in gamedata.offers([BLADE])] == [
        ("Smith Oda", 1200),
        ("Grocer Nilo", 1500),
    ]


@pytest.mark.usefixtures("data")
def test_places_to_stand_on():
    assert not gamedata.is_walkable("our_field", 0, 0)
    assert gamedata.is_walkable("our_field", 20, 21)
    assert not gamedata.is_walkable("our_field", 6, 6)
    assert not gamedata.is_walkable("our_field", 40, 3)
    places = gamedata.walkable_places("our_field", 5, seed="event 1")
    assert len(places) == len(set(places)) == 5
    assert all(gamedata.is_walkable("our_field", x, y) for x, y in places)
    assert places == gamedata.walkable_places("our_field", 5, seed="event 1")
    assert places != gamedata.walkable_places("our_field", 5, seed="event 2")
    with pytest.raises(Invalid):
        gamedata.walkable_places("moon", 1, seed="")
