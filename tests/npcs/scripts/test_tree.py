from __future__ import annotations

from pathlib import Path

from npcs.scripts.records import ShopItem
from npcs.scripts.tree import read_scripts


def script(name="Guard", place="prontera,1,2,3", sprite="105", code='mes "Halt!"; close;'):
    return f"{place}\tscript\t{name}\t{sprite},{{ {code} }}\n"


def keys(tree):
    return [character.key for character in tree.characters]


def test_the_key_is_map_and_unique_name(read):
    tree = read(script("Guard#prt1") + script("Guard::west", "PRONTERA,5,6,0"))
    assert keys(tree) == ["prontera/Guard#prt1", "prontera/west"]
    assert {character.name for character in tree.characters} == {"Guard"}


def test_those_nobody_can_see_are_left_out_with_the_reason(read):
    tree = read(
        script("#trigger") + script("A", sprite="-1") + script("B", sprite="HIDDEN_NPC")
        + script("C", "-") + script("D", code="end;")
    )  # fmt: skip
    assert not tree.characters
    assert tree.summary.left_out == {
        "no visible name: a trigger": 1,
        "no visible sprite: a trigger": 2,
        "floating: on no map": 1,
        "says nothing and sells nothing": 1,
    }


def test_a_duplicate_speaks_like_its_source_under_its_own_name(read):
    source = script(
        "Source", "-", "-1", 'mes "["+strnpcinfo(1)+"]"; mes "I am "+strnpcinfo(1)+"."; '
    )
    tree = read("prontera,3,4,5\tduplicate(Source)\tTwin#2\t106\n", source)
    (twin,) = tree.characters
    assert (twin.key, twin.sprite, twin.duplicate_of) == ("prontera/Twin#2", "106", "Source")
    assert (twin.path.endswith("one.txt"), twin.line) == (True, 1)
    assert [(line.speaker, line.text) for line in twin.lines] == [("Twin", "I am Twin.")]


def test_a_duplicate_without_a_source_is_an_issue(read):
    tree = read("prontera,3,4,5\tduplicate(Nobody)\tTwin\t106\n")
    assert not tree.characters
    assert "'Nobody' is not found" in tree.issues[0].message


def test_duplicates_of_each_other_end(read):
    tree = read("a,1,1,1\tduplicate(B)\tA\t1\na,1,1,1\tduplicate(A)\tB\t1\n")
    assert not tree.characters
    assert len(tree.issues) == 2


def test_a_repeated_key_is_reported_and_the_first_is_kept(read):
    tree = read(script(code='mes "First.";') + script(code='mes "Second.";'))
    assert [character.lines[0].text for character in tree.characters] == ["First."]
    assert "already defined at" in tree.issues[0].message
    assert tree.issues[0].line == 2


def test_a_name_too_long_for_the_server_is_cut_in_the_key(read):
    tree = read(script("N" * 60))
    assert keys(tree) == ["prontera/" + "N" * 50]
    assert tree.issues[0].severity == "warning"


def test_a_shop_is_a_merchant_with_goods(read):
    tree = read("a,1,2,3\tmarketshop\tSeller\t93,512:15:10,513:-1:-1 // fruit\n")
    (seller,) = tree.characters
    assert seller.role == "merchant"
    assert seller.shop.currency == "zeny"
    assert seller.shop.items == (
        ShopItem(item=512, price=15, stock=10), ShopItem(item=513, price=None)
    )  # fmt: skip


def test_currencies_of_shops(read):
    tree = read(
        "a,1,2,3\titemshop\tA\t93,909:0,512:1\na,1,2,3\tpointshop\tB\t93,#POINTS,512:1\n"
        "a,1,2,3\tcashshop\tC\t93,no,512:1\n"
    )
    assert [one.shop.currency for one in tree.characters] == [
        "item:909",
        "variable:#POINTS",
        "cash",
    ]
    assert {len(one.shop.items) for one in tree.characters} == {1}


def test_a_wrong_shop_entry_is_reported_and_the_rest_sold(read):
    tree = read("a,1,2,3\tshop\tA\t93,512:15,apple,513:1:2:3\n")
    assert [item.item for item in tree.characters[0].shop.items] == [512, 513]
    assert len(tree.issues) == 2


def test_a_script_that_opens_a_shop_has_its_goods(read):
    tree = read(script(code='callshop "tools",1; end;') + "-\tshop\ttools\t-1,601:5\n")
    assert tree.characters[0].shop.items[0].item == 601


def test_what_is_said_is_cut_at_whole_lines(read):
    code = "".join(f'mes "{letter * 90}."; next; ' for letter in "abc")
    (guard,) = read(script(code=code), max_characters=200).characters
    assert guard.capped
    assert [line.text[0] for line in guard.lines] == ["a", "b"]


def test_all_headers_are_counted(read):
    tree = read(script() + "a\tmapflag\ttown\na,1,1\tmonster\tPoring\t1002,1\nnonsense\n")
    assert tree.summary.understood == {"script": 1, "mapflag": 1, "monster": 1}
    assert tree.summary.not_understood == 1
    assert tree.summary.share_understood == 0.75


def test_progress_is_told_file_by_file(tmp_path):
    for name in ("a.txt", "b.TXT", "c.md"):
        (tmp_path / name).write_text(script())
    seen = []
    read_scripts(
        [tmp_path], progress=lambda done, total, file: seen.append((done, total, file.name))
    )
    assert seen == [(1, 2, "a.txt"), (2, 2, "b.TXT")]


def test_a_servers_list_of_scripts_is_followed(tmp_path):
    folder = tmp_path / "npc" / "re"
    folder.mkdir(parents=True)
    (tmp_path / "npc" / "one.txt").write_text(script("One"))
    (tmp_path / "npc" / "two.txt").write_text(script("Two"))
    (folder / "main.conf").write_text(
        "// npc: npc/never.txt\nnpc: npc/one.txt // why\nimport: npc/more.conf\nnpc: npc/gone.txt\n"
    )
    (tmp_path / "npc" / "more.conf").write_text(
        "npc: npc/two.txt\ndelnpc: npc/one.txt\nimport: npc/re/main.conf\n"
    )
    tree = read_scripts([folder / "main.conf"])
    assert keys(tree) == ["prontera/Two"]
    assert tree.characters[0].path == "npc/two.txt"
    assert [issue.line for issue in tree.issues] == [4]


def test_a_path_that_does_not_exist_is_an_issue():
    tree = read_scripts([Path("/nowhere/at/all")])
    assert "no such file" in tree.issues[0].message
