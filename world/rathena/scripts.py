"""What the server's scripts place on maps: monsters, map flags, shops. Only lines of definitions
are looked at, in the files that a server loads (npc/(pre-)re/scripts_main.conf)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from npcs.scripts.headers import Header, NotUnderstood, parse_header
from npcs.scripts.lexing import BLOCK_COMMENT, LINE_COMMENT, STRING, LineNumbers
from npcs.scripts.naming import parse_name
from npcs.scripts.shops import parse_shop
from npcs.scripts.sources import Source, find_sources
from world.rathena.records import Broken, Found, Issue, Offer, Spawn
from world.rathena.scalars import whole
from world.rathena.yamldb import Tree

MAIN = "npc/{mode}/scripts_main.conf"
FOLDER = "npc"
MOST_BYTES = 16 * 2**20
ZENY_SHOPS = ("shop", "marketshop")
_LINE = re.compile(
    r"^[^\t\n]+\t(?:(?:mini)?(?:boss_)?monster|mapflag|shop|marketshop|duplicate\([^\t\n]+\))"
    r"\t[^\n]*",
    re.IGNORECASE | re.MULTILINE,
)
_COMMENTS = re.compile(rf"({STRING})|{LINE_COMMENT}|{BLOCK_COMMENT}")
_WORDS = (b"monster\t", b"mapflag\t", b"shop\t", b"duplicate(")
_PLACE = re.compile(r"([^,\s]{1,15})(?:,\s*(\d+),\s*(\d+)(?:,\s*(-?\d+),\s*(-?\d+))?)?")
MOST = whole(1, 1000)
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop whose wares are known, wherever it is."""

    name: str
    items: tuple[tuple[int, int | None], ...]
    """Item, and price; None: the item's own."""


class Scripts:
    """Reads script files into `found`, which has its items, monsters and maps already."""

    def __init__(self, found: Found, by_aegis_name: dict[str, int]) -> None:
        self._found, self._by_aegis_name = found, by_aegis_name
        self._shops: dict[str, Shop] = {}
        self._copies: list[tuple[Header, str]] = []

    def read(self, tree: Tree, progress: Progress) -> None:
        sources, issues = _sources(tree)
        self._found.issues += [Issue(each.path, each.line, each.message) for each in issues]
        for done, source in enumerate(sources, start=1):
            self._file(source)
            progress(done, len(sources))
        for header, at in self._copies:
            if shop := self._shops.get(header.source):
                self._sell(header, Shop(parse_name(header.name).visible, shop.items), at)

    def _file(self, source: Source) -> None:
        if source.file.stat().st_size > MOST_BYTES:
            self._say(source.name, 0, "the file is too big: left out")
            return
        content = source.file.read_bytes()
        if not any(word in content for word in _WORDS):
            return
        text = _COMMENTS.sub(_blank, content.decode("utf-8-sig", errors="replace"))
        lines = LineNumbers(text)
        for match in _LINE.finditer(text):
            line = lines.at(match.start())
            try:
                self._definition(match[0].rstrip("\r "), f"{source.name}:{line}")
            except (Broken, NotUnderstood) as wrong:
                self._say(source.name, line, f"{wrong}: left out")

    def _definition(self, written: str, at: str) -> None:
        header = parse_header(written)
        if header.word.endswith("monster"):
            self._found.spawns.append(self._spawn(written, at))
        elif header.word == "mapflag":
            self._flag(header)
        elif header.word in ZENY_SHOPS:
            self._shop(header, at)
        elif header.word == "duplicate":
            self._copies.append((header, at))

    def _flag(self, header: Header) -> None:
        there = self._found.maps.get(header.map_name)
        if there is None:
            raise Broken(f"there is no map {header.map_name}")
        if header.rest.lower() == "off":
            there.flags.pop(header.name.lower(), None)
        else:
            there.flags[header.name.lower()] = header.rest[:100]

    def _spawn(self, written: str, at: str) -> Spawn:
        place, _, name, rest = written.split("\t", 3)
        match = _PLACE.match(place)
        if match is None:
            raise Broken(f"the place {place[:60]!r} is none")
        there = self._found.maps.get(match[1])
        if there is None:
            raise Broken(f"there is no map {match[1]}")
        x, y, x_span, y_span = (max(int(each or 0), 0) for each in match.groups()[1:])
        if there.width and there.height and not (x < there.width and y < there.height):
            raise Broken(f"({x}, {y}) is outside of {there.name}")
        parts = [part.strip() for part in rest.partition("//")[0].split(",")]
        if len(parts) < 2:
            raise Broken(f"spawn {rest[:60]!r} is not 'monster,amount,...'")
        return Spawn(
            map_id=there.name, monster_id=self._monster(parts[0]), amount=MOST(parts[1]), x=x, y=y,
            x_span=min(x_span, 32_767), y_span=min(y_span, 32_767),
            respawn_ms=_delay(parts, 2, 5000), variance_ms=_delay(parts, 3, 0),
            level=_level(name), source=at,
        )  # fmt: skip

    def _monster(self, written: str) -> int:
        if written.isdigit():
            if int(written) not in self._found.monsters:
                raise Broken(f"there is no monster {written}")
            return int(written)
        known = self._by_aegis_name.get(written.lower())
        if known is None:
            raise Broken(f"there is no monster {written[:60]}")
        return known

    def _shop(self, header: Header, at: str) -> None:
        parsed, _ = parse_shop(header)
        wares = tuple((each.item, each.price) for each in parsed.items)
        shop = Shop(parse_name(header.name).visible, wares)
        _, _, unique = header.name.partition("::")
        self._shops[unique or header.name] = shop
        if header.map_name != "-":
            self._sell(header, shop, at)

    def _sell(self, header: Header, shop: Shop, at: str) -> None:
        if header.map_name not in self._found.maps:
            return
        for item, price in dict(shop.items).items():
            if known := self._found.items.get(item):
                self._found.offers.append(
                    Offer(
                        map_id=header.map_name, x=max(header.x, 0), y=max(header.y, 0),
                        shop=shop.name[:60], item_id=item,
                        price=known.buy if price is None else price, source=at,
                    )
                )  # fmt: skip

    def _say(self, path: str, line: int, message: str) -> None:
        self._found.issues.append(Issue(path, line, message))
        self._found.broken += 1


def _sources(tree: Tree) -> tuple[list[Source], list[Issue]]:
    """The files a server loads, else every script there is."""
    main, folder = tree.root / MAIN.format(mode=tree.mode), tree.root / FOLDER
    if main.is_file():
        sources, issues = find_sources([main])
    elif folder.is_dir():
        sources, issues = find_sources([folder])
    else:
        said = "there is no such folder: where monsters live is not known"
        return [], [Issue(FOLDER, 0, said)]
    return sources, [Issue(each.path, each.line, each.message) for each in issues]


def _blank(match: re.Match[str]) -> str:
    return match[1] or "\n" * match[0].count("\n")


def _delay(parts: list[str], at: int, default: int) -> int:
    if len(parts) <= at or not parts[at]:
        return default
    delay: int = whole(0, 2**28 - 1)(parts[at])
    return delay


def _level(name: str) -> int | None:
    _, _, level = name.partition(",")
    level = level.strip()
    return int(level) if level.isdigit() and 0 < int(level) <= 1000 else None
