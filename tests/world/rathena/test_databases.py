"""Items, monsters, skills, quests and jobs: how records of several files become one."""

from __future__ import annotations

import pytest

from aiworld.errors import Invalid
from world.rathena.reading import compiled_mode, read


def said(found):
    return [str(issue) for issue in found.issues]


def test_the_sample_is_read_without_a_word(found):
    for mode in ("re", "pre-re"):
        whole = found(mode)
        assert (whole.issues, whole.broken) == ([], 0)
        assert (len(whole.items), len(whole.monsters), len(whole.maps)) == (5, 3, 3)


def test_each_mode_has_its_own_records(found):
    assert (found("re").items[70003].buy, found("pre-re").items[70003].buy) == (1200, 1000)


def test_the_mode_is_the_one_the_server_is_compiled_with(tree):
    assert compiled_mode(tree) is None
    switch = tree / "src" / "config" / "renewal.hpp"
    switch.parent.mkdir(parents=True)
    switch.write_text("// #define PRERE\n")
    assert compiled_mode(tree) == "re"
    switch.write_text("#define PRERE\n")
    assert compiled_mode(tree) == "pre-re"


def test_an_override_changes_what_it_says_and_leaves_the_rest(found):
    moss = found().items[70005]
    assert (moss.name, moss.aegis_name, moss.kind, moss.buy) == ("Silver Moss", "Moss", "Etc", 30)


def test_a_missing_price_follows_from_the_other(found):
    items = found().items
    assert (items[70001].buy, items[70001].sell) == (6, 3)
    assert (items[70004].buy, items[70004].sell) == (1800, 900)


def test_a_price_that_would_make_money_is_one_zeny(found, items):
    items("{Id: 70009, AegisName: Trick, Name: Trick, Buy: 100, Sell: 100}")
    assert found().items[70009].sell == 1


def test_switches_are_added_and_taken_away_and_jobs_begin_anew(found, items):
    items(
        "{Id: 70003, Locations: {Left_Hand: true, Right_Hand: false}, Jobs: {Mage: true}}",
        "{Id: 70004, Trade: {Override: 100, NoDrop: false, NoSell: true}}",
    )
    blade, crown = found().items[70003], found().items[70004]
    assert (blade.locations, blade.jobs) == (("Left_Hand",), ("Mage",))
    assert crown.restrictions == ("NoTrade", "NoSell")


def test_a_broken_record_is_left_out_whole_and_told_with_its_line(found, items):
    items(
        "{Id: 70001, Name: Changed, Buy: -5}",
        "{Id: 70002, Name: Apple}",
        "{Id: 70010, Name: No AegisName}",
        "{Id: 70011, AegisName: sun_apple, Name: Double}",
    )
    whole = found()
    assert whole.items[70001].name == "Dew Drop"
    assert whole.items[70002].name == "Apple"
    assert {70010, 70011}.isdisjoint(whole.items)
    assert whole.broken == 3
    assert said(whole)[0] == (
        "db/import/item_db.yml:6: record 70001: Buy: -5 is outside of 0 to 2147483647; left out"
    )
    assert "AegisName is missing" in said(whole)[1]
    assert "the name of item 70002" in said(whole)[2]


def test_a_record_that_is_no_yaml_costs_itself_only(found, items):
    items("{Id: 70001, Name: [}", "{Id: 70002, Name: Apple}")
    whole = found()
    assert whole.items[70001].name == "Dew Drop"
    assert whole.items[70002].name == "Apple"
    assert whole.broken == 1
    assert "db/import/item_db.yml:6: the record of line 6 is no YAML" in said(whole)[0]


def test_scalars_stay_as_they_are_written(found, items):
    items("{Id: 70012, AegisName: No, Name: 'Yes', Buy: 0x10}")
    item = found().items[70012]
    assert (item.aegis_name, item.name, item.buy) == ("No", "Yes", 16)


def test_clear_forgets_what_was_read_before(found, items, monsters):
    items("{Id: 70020, AegisName: Only, Name: Only one}", header="  Clear: true\n")
    whole = found()
    assert list(whole.items) == [70020]
    assert all(not monster.drops for monster in whole.monsters.values())


def test_a_file_that_is_missing_is_told_and_the_rest_is_read(found, tree):
    (tree / "db" / "re" / "item_db.yml").unlink()
    whole = found()
    assert list(whole.items) == []  # the override alone is no item
    assert (
        "db/re/item_db.yml: there is no such file, which db/item_db.yml imports: its records are "
        "missing"
    ) in said(whole)
    assert whole.monsters[71001].drops == ()


def test_a_file_of_another_kind_is_left_out(found, add):
    add("item_db.yml", "MOB_DB", 5, "{Id: 1, AegisName: A, Name: A}")
    whole = found()
    assert 1 not in whole.items
    assert "Type is 'MOB_DB', not ITEM_DB" in said(whole)[0]


def test_imports_do_not_leave_the_folder_and_do_not_go_in_circles(found, tree):
    (tree.parent / "outside.yml").write_text(
        "Header:\n  Type: ITEM_DB\nBody:\n  - {Id: 9, AegisName: O, Name: O}\n"
    )
    (tree / "db" / "import" / "item_db.yml").write_text(
        "Header:\n  Type: ITEM_DB\n  Version: 3\n"
        "Footer:\n  Imports:\n  - Path: ../outside.yml\n  - Path: db/import/item_db.yml\n"
    )
    whole = found()
    assert 9 not in whole.items
    assert any("../outside.yml: there is no such file" in each for each in said(whole))
    assert any("nested too deep" in each for each in said(whole))


def test_drops_are_added_and_one_with_an_index_is_replaced(found, monsters):
    monsters(
        "{Id: 71001, Drops: [{Item: Moss, Index: 2, Rate: 50}, {Item: Old_Crown, Rate: 1}]}",
        "{Id: 71003, Drops: [{Item: Moss, Index: 9, Rate: 50}, {Item: Nothing, Rate: 5}]}",
    )
    whole = found()
    drops = [(drop.item, drop.rate) for drop in whole.monsters[71001].drops]
    assert drops == [(70001, 7000), (70002, 800), (70005, 50), (70004, 1)]
    assert [drop.item for drop in whole.monsters[71003].drops] == [70005]
    assert whole.broken == 0
    assert "monster 71003: Drops: index 9 leaves a gap" in said(whole)[0]
    assert "there is no item Nothing" in said(whole)[1]


def test_a_rate_of_nothing_takes_a_drop_away(found, monsters):
    monsters("{Id: 71001, Drops: [{Item: Dew_Drop, Index: 0, Rate: 0}]}")
    assert [drop.item for drop in found().monsters[71001].drops] == [70002, 70003]


def test_an_mvp_is_known_by_its_mode(found, monsters):
    monsters("{Id: 71003, Modes: {Mvp: false, Detector: true}}")
    king = found().monsters[71003]
    assert (king.is_mvp, king.modes, king.mvp_drops[0].item) == (False, ("Detector",), 70004)


def test_a_quest_of_an_unknown_monster_is_left_out(found, add):
    add(
        "quest_db.yml", "QUEST_DB", 3,
        "{Id: 72001, Title: Changed, Targets: [{Mob: NOBODY, Count: 1}]}",
        "{Id: 72002, Title: Two, Targets: [{Id: 1, Count: 3, MinLevel: 5, Race: Plant}]}",
    )  # fmt: skip
    path = found.__closure__[0].cell_contents / "db" / "quest_db.yml"
    path.write_text(path.read_text() + "\nFooter:\n  Imports:\n  - Path: db/import/quest_db.yml\n")
    whole = found()
    assert whole.quests[72001].title == "Puddles at the gate"
    assert whole.quests[72002].targets == (
        {"monster": None, "id": 1, "min_level": 5, "race": "Plant", "count": 3},
    )
    assert "there is no monster NOBODY" in said(whole)[0]


def test_the_db_folder_alone_is_enough_for_what_it_has(tree):
    whole = read(tree / "db", "re")
    assert (len(whole.items), len(whole.monsters), whole.spawns) == (5, 3, [])


def test_a_folder_without_a_database_is_refused(tmp_path):
    with pytest.raises(Invalid, match="is it the folder of a rAthena server"):
        read(tmp_path, "re")
