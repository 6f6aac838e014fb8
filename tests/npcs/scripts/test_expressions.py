from __future__ import annotations

import pytest

from npcs.scripts.expressions import shown
from npcs.scripts.markup import plain

SHOWN = {
    '"Hello"': ["Hello"],
    '"Say \\"please\\""': ['Say "please"'],
    '"one" "two"': ["onetwo"],
    '"a", "b"': ["a", "b"],
    '"Hi " + strcharinfo(0) + "!"': ["Hi {player}!"],
    '"I am " + strnpcinfo(1)': ["I am {npc name}"],
    '"Bring " + .@n + " pieces"': ["Bring … pieces"],
    '"Pay " + 500 + "z"': ["Pay 500z"],
    '"Total: " + (.@n * 5) + "z"': ["Total: …z"],
    '"Dear " + (Sex ? "sir" : "lady")': ["Dear sir/lady"],
    '.@x == 1 ? "Yes, of course" : "No"': ["Yes, of course / No"],
    'sprintf("%d of %s", .@n, "wool")': ["… of wool"],
    '"A " + getitemname(501) + "."': ["A {item:501}."],
    'callfunc("F_InsertPlural", 5, "x")': ["…"],
    '.@name$ + ":"': ["Joss:"],
    ".@list$[3]": ["…"],
    '"x" /* + "y" */ + "z"': ["xz"],
    "": [],
}


@pytest.mark.parametrize("source", SHOWN)
def test_literals_are_kept_and_the_rest_is_a_placeholder(source: str) -> None:
    assert shown(source, {".@name$": "Joss"}) == SHOWN[source]


@pytest.mark.parametrize("source", ["(" * 5000, 'f("' * 900, '"a"+' * 1500, "?:" * 2000, '"'])
def test_nonsense_ends(source: str) -> None:
    assert isinstance(shown(source, {}), list)


PLAIN = {
    "^FF0000Red^000000 text": "Red text",
    "Go to <NAVI>[Kafra]<INFO>prontera,1,2,0,0,0</INFO></NAVI> now": "Go to [Kafra] now",
    "<ITEM>Apple<INFO>512</INFO></ITEM>": "Apple",
    "Take ^nItemID^501": "Take {item:501}",
    "a <MSG>12</MSG> b": "a … b",
    "  two \n lines ": "two lines",
    "2^3 < 9": "2^3 < 9",
}


@pytest.mark.parametrize("text", PLAIN)
def test_client_marks_are_taken_out(text: str) -> None:
    assert plain(text) == PLAIN[text]
