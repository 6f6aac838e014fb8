"""The maps of the timeline in words and drawings."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from npcs import map_drawing, map_images
from npcs.map_drawing import STEPS, Mark, Sheet
from world import timeline_maps
from world.models import GameMap
from world.timeline_maps import Busy, Spot

TILES = 12
"""Maps that are drawn."""
LISTED = 50
"""Maps in the table."""
FINE = 200
"""Squares to a side of a ground that is drawn alone."""
UNKNOWN_SIDE = 400
"""Cells of a map nobody knows the size of, unless something happened further out."""
KINDS = (
    ("event", "event", _("events")),
    ("mvp_kill", "mvp", _("MVPs fell")),
    ("death", "death", _("players fell")),
    ("base_level", "level", _("levels gained")),
    ("kill", "kill", _("monsters fell")),
)
"""What is counted, its mark, what it is called."""
Address = Callable[[str], str]
"""Of a map's picture, which each site serves itself."""


@dataclass(frozen=True)
class Tile:
    name: str
    drawing: SafeString
    is_known: bool
    """Whether its ground is drawn."""
    counts: Sequence[tuple[str, Any, int]]
    """Mark, what it is called, how many; only what happened."""
    width: int
    """Of the bar that says how busy it was, 0-100."""


def drawn(since: datetime, address: Address) -> dict[str, Any]:
    """The busiest maps."""
    found = timeline_maps.busiest(since)
    tiles, listed = found[:TILES], found[:LISTED]
    spots = timeline_maps.spots([one.name for one in tiles], since)
    sheets = _sheets(spots, address)
    return {
        "tiles": [_tile(one, sheets[one.name], spots[one.name]) for one in tiles],
        "kinds": KINDS,
        "rows": [(one.name, [one.numbers[kind] for kind, _mark, _said in KINDS]) for one in listed],
        "not_drawn": max(len(found) - TILES, 0),
        "not_listed": max(len(found) - LISTED, 0),
    }


def _tile(one: Busy, sheet: Sheet, spots: Sequence[Spot]) -> Tile:
    counts = [(mark, said, one.numbers[kind]) for kind, mark, said in KINDS if one.numbers[kind]]
    picture = map_drawing.svg(sheet, _marks(spots), name="map-ground", parts=32)
    known = bool(sheet.ground or sheet.picture)
    return Tile(one.name, picture, known, counts, max(round(100 * one.share), 2))


def alone(name: str, since: datetime, address: Address) -> dict[str, Any]:
    """One map, large, with what happened on it as a list besides."""
    spots = timeline_maps.spots([name], since)[name]
    sheet = _sheets({name: spots}, address, steps=FINE)[name]
    said = ngettext(
        "%(map)s with %(n)d place where something happened, listed below.",
        "%(map)s with %(n)d places where something happened, listed below.",
        len(spots),
    ) % {"map": name, "n": len(spots)}
    marks = _marks(spots)
    return {
        "drawing": map_drawing.svg(sheet, marks, said=said, name="map-ground", parts=70),
        "is_known": bool(sheet.ground or sheet.picture),
        "spots": list(zip(spots, marks, strict=True)),
        "kinds": KINDS,
    }


def _marks(spots: Sequence[Spot]) -> list[Mark]:
    return [Mark(one.x, one.y, one.kind, _said(one)) for one in spots]


def _said(spot: Spot) -> str:
    what = {
        "event": spot.title,
        "mvp": gettext("MVP %(name)s fell") % {"name": spot.title or spot.number},
        "death": gettext("a player fell"),
        "level": gettext("level %(n)d was reached") % {"n": spot.number},
    }[spot.kind]
    return f"{what} ({spot.x}, {spot.y}) · {date_format(spot.at, 'SHORT_DATETIME_FORMAT')}"


def _sheets(
    spots: dict[str, list[Spot]], address: Address, *, steps: int = STEPS
) -> dict[str, Sheet]:
    rows = GameMap.objects.filter(pk__in=spots, width__gt=0, height__gt=0)
    known = {row.name: row for row in rows}
    return {name: _sheet(name, known.get(name), spots[name], address, steps) for name in spots}


def _sheet(
    name: str, row: GameMap | None, spots: Sequence[Spot], address: Address, steps: int
) -> Sheet:
    if image := map_images.find(name):
        return Sheet(width=image.width, height=image.height, picture=address(name))
    if row is None or not row.width or not row.height:
        sides = [UNKNOWN_SIDE, *(max(one.x, one.y) + 1 for one in spots)]
        return Sheet(width=max(sides), height=max(sides))
    bits = zlib.decompress(row.cells) if row.cells else b""
    ground = map_drawing.ground(bits, row.width, row.height, steps=steps) if bits else ""
    return Sheet(width=row.width, height=row.height, ground=ground)
