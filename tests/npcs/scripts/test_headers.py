from __future__ import annotations

import pytest

from npcs.scripts.headers import Kind, NotUnderstood, parse_header

UNDERSTOOD = {
    "prontera,1,2,3\tscript\tGuard\t105,{": (Kind.SCRIPT, "script", "prontera"),
    "prontera,1,2,3\tscript(HIDDEN)\tGuard\t4_M_01,3,3,{": (Kind.SCRIPT, "script", "prontera"),
    "Prontera.gat, 1, 2, 3\tSCRIPT\tGuard\t105,{": (Kind.SCRIPT, "script", "prontera"),
    "-\tscript\tfloating\t-1,{": (Kind.SCRIPT, "script", "-"),
    "function\tscript\tF_Name\t{": (Kind.FUNCTION, "function", "-"),
    "prontera,1,2,3\tduplicate(Guard)\tGuard#2\t105,1,1": (Kind.DUPLICATE, "duplicate", "prontera"),
    "-\tduplicate(Guard)\tGuard#3\t-1": (Kind.DUPLICATE, "duplicate", "-"),
    "prontera,1,2,3\tshop\tSeller\t93,512:-1": (Kind.SHOP, "shop", "prontera"),
    "-\tcashshop\tSeller\t-1,512:10": (Kind.SHOP, "cashshop", "-"),
    "a,1,2,3\titemshop\tSeller\t93,909:0,512:1": (Kind.SHOP, "itemshop", "a"),
    "a,1,2,3\tpointshop\tSeller\t93,#POINTS:0,512:1": (Kind.SHOP, "pointshop", "a"),
    "a,1,2,3\tmarketshop\tSeller\t93,512:1:-1": (Kind.SHOP, "marketshop", "a"),
    "a,1,2,0\twarp\tdoor\t1,1,b,3,4": (Kind.WARP, "warp", "a"),
    "a,1,2,0\twarp2(HIDDEN)\tdoor\t1,1,b,3,4": (Kind.WARP, "warp2", "a"),
    "a,0,0\tmonster\tPoring\t1002,30": (Kind.MONSTER, "monster", "a"),
    "a\tmonster\tPoring,5\tPORING,30,5000": (Kind.MONSTER, "monster", "a"),
    "a,1,2,3,4\tboss_monster\tBaphomet\t1039,1,1,2,3": (Kind.MONSTER, "boss_monster", "a"),
    "a,1,2\tminiboss_monster\tVocal\t1088,1": (Kind.MONSTER, "miniboss_monster", "a"),
    "prontera\tmapflag\ttown": (Kind.MAPFLAG, "mapflag", "prontera"),
    "prontera\tmapflag\tbexp\t150": (Kind.MAPFLAG, "mapflag", "prontera"),
}


@pytest.mark.parametrize("line", UNDERSTOOD)
def test_every_form_of_header_is_understood(line: str) -> None:
    header = parse_header(line)
    assert (header.kind, header.word, header.map_name) == UNDERSTOOD[line]


WRONG = {
    "prontera,1,2,3 script Guard 105,{": "spaces",
    "prontera,1,2,3\tscript Guard\t105,{": "TAB",
    "prontera,1,2,3\t\tscript\tGuard\t105,{": "TAB",
    "prontera,1,2,3\tscript\tGuard 105,{": "four fields",
    "prontera,1,2\tscript\tGuard\t105,{": "placement",
    "pront/era,1,2,3\tscript\tGuard\t105,{": "placement",
    "prontera,1,2,3\tscrpt\tGuard\t105,{": "unknown type",
    "prontera,1,2,3\tscript(\tGuard\t105,{": "unknown type",
    "prontera,1,2,3\tduplicate\tGuard\t105": "duplicate(Unique name)",
    "prontera,1,2,3\tshop\tSeller\t93": "sprite,item:price",
    "prontera,1,2,0\twarp\tdoor\t1,1,b": "warp target",
    "prontera,1,2\tmonster\tPoring\t1002": "spawn",
    "function\tduplicate(x)\tF_Name\t{": "function's type",
    "close;": "not a definition",
}


@pytest.mark.parametrize("line", WRONG)
def test_a_header_that_is_not_understood_says_why(line: str) -> None:
    with pytest.raises(NotUnderstood) as reason:
        parse_header(line)
    assert WRONG[line] in str(reason.value)


def test_a_placed_header_keeps_place_state_and_sprite() -> None:
    header = parse_header("prontera,10,20,4\tscript(CLOAKED)\tGuard#a\t4_M_01,2,3,{")
    assert (header.x, header.y, header.facing) == (10, 20, 4)
    assert (header.name, header.sprite, header.state) == ("Guard#a", "4_M_01", "cloaked")


def test_a_duplicate_keeps_the_name_of_its_source() -> None:
    assert parse_header("a,1,2,3\tduplicate(Old Man#x)\tMan\t88").source == "Old Man#x"
