"""The line that begins every definition: four fields, separated by TABs.

The forms are those of rAthena's map server (src/map/npc.cpp, npc_parsesrcfile).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    SCRIPT = "script"
    FUNCTION = "function"
    DUPLICATE = "duplicate"
    SHOP = "shop"
    WARP = "warp"
    MONSTER = "monster"
    MAPFLAG = "mapflag"


FLOATING = "-"
SHOPS = frozenset({"shop", "cashshop", "itemshop", "pointshop", "marketshop"})
MONSTERS = frozenset({"monster", "boss_monster", "miniboss_monster"})

PLACE = re.compile(
    r"\s*([^,\s/\\]{1,15}),\s*([+-]?\d{1,6}),\s*([+-]?\d{1,6})(?:,\s*([+-]?\d{1,6}))?"
)
MAP = re.compile(r"\s*([^,\s/\\]{1,15})(?=[,\s]|\Z)")
SCRIPT_TYPE = re.compile(r"script(?:\((\w*)\))?\Z", re.IGNORECASE)
DUPLICATE_TYPE = re.compile(r"duplicate\(([^\t\n]{1,127})\)\Z", re.IGNORECASE)
WARP_TYPE = re.compile(r"warp2?(?:\(\w*\))?\Z", re.IGNORECASE)
WARP_TARGET = re.compile(r"\s*[+-]?\d+,\s*[+-]?\d+,\s*[^,]{1,15},\s*[+-]?\d+,\s*[+-]?\d+")
SPAWN = re.compile(r"\s*[^,\s]+,\s*\d+")
SPRITE = re.compile(r"\s*([^\s,/{]*)")
SHOP_WORDS = r"(?:cash|item|point|market)?shop"
MONSTER_WORDS = r"(?:(?:mini)?boss_)?monster"
WORDS = rf"(?:script|duplicate|warp2?|mapflag|{SHOP_WORDS}|{MONSTER_WORDS})"
HEADER_LIKE = re.compile(rf"(?:-|function|[^\s,\"{{}}]+(?:,[ \d+-]+){{0,4}})\t{WORDS}\b", re.I)
HEADER_LIKE_LINE = re.compile("^" + HEADER_LIKE.pattern, re.IGNORECASE | re.MULTILINE)
SPACES_FOR_TABS = re.compile(rf"(?:-|function|\S+,\d+,\d+(?:,\d+)?)[ \t]+{WORDS}\b", re.IGNORECASE)


class NotUnderstood(Exception):
    """The reason, in words for the file's author."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    kind: Kind
    word: str
    """The type as written, lower case, without brackets: cashshop, warp2, boss_monster ..."""
    map_name: str
    x: int
    y: int
    facing: int
    name: str
    """The third field as written."""
    sprite: str
    rest: str
    """The fourth field as written."""
    state: str = ""
    source: str = ""


def parse_header(line: str) -> Header:
    """Raises NotUnderstood."""
    fields = line.split("\t", 3)
    if len(fields) < 3:
        raise NotUnderstood(_too_few(line))
    place, type_, name = fields[0], fields[1], fields[2]
    rest = fields[3] if len(fields) > 3 else ""
    word = type_.partition("(")[0].strip().lower()
    if word == Kind.MAPFLAG:
        return _mapflag(place, name, rest)
    if len(fields) < 4:
        raise NotUnderstood(f"{type_!r} needs four fields separated by TABs, this line has three")
    for matches, parse in FORMS:
        if matches(place, word):
            return parse(place, type_, name, rest)
    raise NotUnderstood(_unknown(line, type_))


def _too_few(line: str) -> str:
    if SPACES_FOR_TABS.match(line):
        return "fields are separated by spaces; they must be separated by TABs"
    return "not a definition: expected fields separated by TABs"


def _unknown(line: str, type_: str) -> str:
    if not type_.strip() or SPACES_FOR_TABS.match(line):
        return "a TAB is missing, doubled or written as spaces"
    return f"unknown type {type_[:40]!r}"


def _placement(place: str) -> tuple[str, int, int, int]:
    if place == FLOATING:
        return FLOATING, 0, 0, 0
    match = PLACE.match(place)
    if match is None or match[4] is None:
        raise NotUnderstood(f"placement {place[:60]!r} is not 'map,x,y,facing' or '-'")
    return _map_name(match[1]), int(match[2]), int(match[3]), int(match[4])


def _map_name(name: str) -> str:
    return name.removesuffix(".gat").lower()


def _sprite(rest: str) -> str:
    match = SPRITE.match(rest)
    return match[1] if match else ""


def _function(place: str, type_: str, name: str, rest: str) -> Header:
    if type_.lower() != Kind.SCRIPT:
        raise NotUnderstood(f"a function's type is 'script', not {type_[:40]!r}")
    return _placeless(Kind.FUNCTION, "function", FLOATING, name, rest)


def _placeless(kind: Kind, word: str, map_name: str, name: str, rest: str) -> Header:
    return Header(
        kind=kind, word=word, map_name=map_name, x=0, y=0, facing=0, name=name, sprite="", rest=rest
    )


def _placed(
    kind: Kind, place: str, type_: str, name: str, rest: str, *, state: str = "", source: str = ""
) -> Header:
    map_name, x, y, facing = _placement(place)
    word = type_.partition("(")[0].lower()
    return Header(
        kind=kind, word=word, map_name=map_name, x=x, y=y, facing=facing, name=name,
        sprite=_sprite(rest), rest=rest, state=state, source=source,
    )  # fmt: skip


def _script(place: str, type_: str, name: str, rest: str) -> Header:
    match = SCRIPT_TYPE.match(type_)
    if match is None:
        raise NotUnderstood(f"unknown type {type_[:40]!r}")
    return _placed(Kind.SCRIPT, place, type_, name, rest, state=(match[1] or "").lower())


def _duplicate(place: str, type_: str, name: str, rest: str) -> Header:
    match = DUPLICATE_TYPE.match(type_)
    if match is None:
        raise NotUnderstood(f"{type_[:40]!r} is not 'duplicate(Unique name)'")
    return _placed(Kind.DUPLICATE, place, type_, name, rest, source=match[1])


def _shop(place: str, type_: str, name: str, rest: str) -> Header:
    if "," not in rest:
        raise NotUnderstood("a shop needs 'sprite,item:price,...'")
    return _placed(Kind.SHOP, place, type_, name, rest)


def _warp(place: str, type_: str, name: str, rest: str) -> Header:
    match = PLACE.match(place)
    if match is None or WARP_TYPE.match(type_) is None:
        raise NotUnderstood("a warp needs 'map,x,y,0<TAB>warp<TAB>name'")
    if WARP_TARGET.match(rest) is None:
        raise NotUnderstood(f"warp target {rest[:60]!r} is not 'width,height,map,x,y'")
    word = type_.partition("(")[0].lower()
    return _placeless(Kind.WARP, word, _map_name(match[1]), name, rest)


def _monster(place: str, type_: str, name: str, rest: str) -> Header:
    match = MAP.match(place)
    if match is None or not name.strip(" ,"):
        raise NotUnderstood("a monster needs a map and a name")
    if SPAWN.match(rest) is None:
        raise NotUnderstood(f"spawn {rest[:60]!r} is not 'monster,amount,...'")
    return _placeless(Kind.MONSTER, type_.lower(), _map_name(match[1]), name, rest)


def _mapflag(place: str, name: str, rest: str) -> Header:
    match = MAP.match(place)
    if match is None or not name.strip():
        raise NotUnderstood("a mapflag needs a map and a flag")
    return _placeless(Kind.MAPFLAG, "mapflag", _map_name(match[1]), name.strip(), rest.strip())


FORMS = (
    (lambda place, word: place.lower() == "function", _function),
    (lambda place, word: word == "script", _script),
    (lambda place, word: word == "duplicate", _duplicate),
    (lambda place, word: word in SHOPS, _shop),
    (lambda place, word: word in ("warp", "warp2"), _warp),
    (lambda place, word: word in MONSTERS, _monster),
)
