"""Links that a player can click: to items and maps that are named in a reply.

Only names and ids of the server's own data become links, never what a model or a player wrote as
one: text is cleaned of markup before, and what is put around its words is built here. The forms
are those of rAthena's doc/script_commands.txt ("Navigation", "Items") and of mesitemlink."""

from __future__ import annotations

import re
from collections.abc import Iterator

from npcs.pages import Link
from tenants.models import ClientLinks
from tenants.statements import rows

MOST = 12
"""Links in a reply."""
LONGEST_NAME = 5
"""Words."""
MOST_WORDS = 250
_LATIN = r"A-Za-z0-9\u00c0-\u024f"
_WORD = re.compile(rf"[{_LATIN}]+(?:['_@.-]+[{_LATIN}]+)*|[^\W\d_{_LATIN}]+")
_PLACE = re.compile(r"(?<![\w@-])([a-z0-9_@-]{3,15})(?: (\d{1,3}),(\d{1,3}))?(?![\w@-])")
TAGS = {ClientLinks.ITEMLINK: "ITEMLINK", ClientLinks.ITEM: "ITEM"}
ITEMS = """
SELECT name, min(id) FROM game_items
WHERE lower(name) = ANY(%(lowered)s) AND name = ANY(%(names)s) GROUP BY name
"""
MAPS = "SELECT name, x, y, width, height FROM game_maps WHERE name = ANY(%(names)s)"


def found(text: str, *, client: str) -> tuple[Link, ...]:
    """Those that the present server's clients can show: one of `tenants.models.ClientLinks`."""
    tag = TAGS.get(ClientLinks(client))
    if tag is None:
        return ()
    return (*_maps(text), *_items(text, tag))[:MOST]


def _items(text: str, tag: str) -> Iterator[Link]:
    names = sorted(set(_names(text)))
    if not names:
        return
    known = rows(ITEMS, {"names": names, "lowered": sorted({name.lower() for name in names})})
    for name, item_id in sorted(known, key=lambda row: -len(row[0])):
        yield Link(name, f"<{tag}>", f"<INFO>{item_id:d}</INFO></{tag}>")


def _names(text: str) -> Iterator[str]:
    """What may be an item's name: a few words, the first with a capital where there are any."""
    spans = [match.span() for match in _WORD.finditer(text)][:MOST_WORDS]
    for at, (start, _) in enumerate(spans):
        if not text[start].islower():
            for _, end in spans[at : at + LONGEST_NAME]:
                yield text[start:end]


def _maps(text: str) -> Iterator[Link]:
    """`prt_fild08`, and a place on it: `prontera 156,180`."""
    matches = {match[0]: match for match in _PLACE.finditer(text)}
    names = sorted({match[1] for match in matches.values()})[:MOST_WORDS]
    known = {row[0]: row[1:] for row in rows(MAPS, {"names": names})} if names else {}
    for written, match in matches.items():
        if match[1] not in known:
            continue
        x, y, width, height = known[match[1]]
        if match[2] and width and int(match[2]) < width and int(match[3]) < height:
            yield _navi(written, match[1], int(match[2]), int(match[3]))
        elif x is not None:
            yield _navi(match[1], match[1], x, y)


def _navi(words: str, map_name: str, x: int, y: int) -> Link:
    return Link(words, "<NAVI>", f"<INFO>{map_name},{x:d},{y:d},0,000,0</INFO></NAVI>")
