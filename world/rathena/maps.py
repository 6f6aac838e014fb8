"""Which maps a server has, their sizes and their cells: mapindex_init, map_config_read and
map_readallmaps of src/common/mapindex.cpp and src/map/map.cpp."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from world.rathena.records import Issue, Map
from world.rathena.yamldb import Tree

INDEXES = ("db/map_index.txt", "db/import/map_index.txt")
CONFIGURATION = "conf/map_athena.conf"
CACHES = ("db/import/map_cache.dat", "db/{mode}/map_cache.dat", "db/map_cache.dat")
"""The first that has a map counts."""
MOST_CELLS = 512 * 512
"""MAX_MAP_SIZE."""
HEAD, ENTRY = struct.Struct("<IHxx"), struct.Struct("<12shhi")
_OPEN = bytes.maketrans(bytes(range(256)), bytes(g in (0, 2, 3, 4, 6) for g in range(256)))
"""map_gat2cell: which kinds of ground one can stand on."""
_SETTING = re.compile(r"\s*(\w+)\s*:\s*(.*?)\s*$")
Report = Callable[[Issue], None]


@dataclass(frozen=True, slots=True)
class Cells:
    width: int
    height: int
    packed: bytes
    """As in the cache: zlib of one byte a cell, its kind of ground."""


@dataclass(slots=True)
class _Listed:
    maps: dict[str, None] = field(default_factory=dict)
    seen: set[Path] = field(default_factory=set)
    from_grf: bool = False


def read_maps(tree: Tree, report: Report) -> dict[str, Map]:
    """A map that the index, the configuration or every cache lacks is not on the server."""
    indexed = _index(tree, report)
    listed = _Listed()
    _configure(tree, CONFIGURATION, listed, report)
    wanted = list(listed.maps) if listed.seen else list(indexed)
    cached = _caches(tree, report)
    found: dict[str, Map] = {}
    for name in wanted:
        if name not in indexed:
            report(Issue(CONFIGURATION, 0, f"map {name} is not in the map index: left out"))
        elif name in cached:
            found[name] = _measured(name, cached[name], report)
        elif not cached or listed.from_grf:
            found[name] = Map(name=name)
        else:
            report(Issue(CONFIGURATION, 0, f"map {name} is in no map cache: left out"))
    return found


def _index(tree: Tree, report: Report) -> dict[str, None]:
    found: dict[str, None] = {}
    for written in INDEXES:
        path = tree.find(written)
        if path is None:
            if written == INDEXES[0]:
                report(Issue(written, 0, "there is no such file: no map is known"))
            continue
        for line in path.read_text(encoding="latin-1").splitlines():
            words = line.split()
            if words and not line.startswith("//"):
                found[words[0][:11]] = None
    return found


def _configure(tree: Tree, written: str, listed: _Listed, report: Report) -> None:
    path = tree.find(written)
    if path is None or path in listed.seen:
        if path is None and listed.seen:
            report(Issue(written, 0, "there is no such file"))
        return
    listed.seen.add(path)
    for line in path.read_text(encoding="latin-1").splitlines():
        match = _SETTING.match(line.partition("//")[0])
        if not match:
            continue
        word, value = match[1].lower(), match[2]
        if word == "map":
            listed.maps.clear() if value.lower() == "clear" else listed.maps.update({value: None})
        elif word == "delmap":
            listed.maps.clear() if value.lower() == "all" else listed.maps.pop(value, None)
        elif word == "use_grf":
            listed.from_grf = value.lower() in ("yes", "on", "1", "true")
        elif word == "import":
            _configure(tree, value, listed, report)


def _caches(tree: Tree, report: Report) -> dict[str, Cells]:
    found: dict[str, Cells] = {}
    for written in CACHES:
        name = written.format(mode=tree.mode)
        if path := tree.find(name):
            for key, cells in _cached(path.read_bytes(), name, report):
                found.setdefault(key, cells)
    if not found:
        report(Issue(CACHES[-1], 0, "there is no map cache: sizes of maps are not known"))
    return found


def _cached(data: bytes, name: str, report: Report) -> Iterator[tuple[str, Cells]]:
    if len(data) < HEAD.size:
        report(Issue(name, 0, "is no map cache"))
        return
    _, count = HEAD.unpack_from(data)
    at = HEAD.size
    for _ in range(count):
        if at + ENTRY.size > len(data):
            report(Issue(name, 0, "ends in the middle of a map: the rest is missing"))
            return
        raw, width, height, length = ENTRY.unpack_from(data, at)
        at += ENTRY.size
        if length < 0 or at + length > len(data):
            report(Issue(name, 0, "ends in the middle of a map: the rest is missing"))
            return
        key = raw.partition(b"\0")[0].decode("latin-1")
        if width > 0 and height > 0 and width * height <= MOST_CELLS:
            yield key, Cells(width, height, data[at : at + length])
        at += length


def _measured(name: str, cached: Cells, report: Report) -> Map:
    size = cached.width * cached.height
    found = Map(name=name, width=cached.width, height=cached.height)
    try:
        grounds = zlib.decompressobj().decompress(cached.packed, size)
    except zlib.error:
        grounds = b""
    if len(grounds) != size:
        report(Issue(CACHES[-1], 0, f"the cells of map {name} cannot be read"))
        return found
    open_ = grounds.translate(_OPEN)
    found.walkable = open_.count(1)
    found.x, found.y = _middle(open_, cached.width, cached.height)
    found.cells = zlib.compress(packed(open_), 6)
    return found


def _middle(cells: bytes, width: int, height: int) -> tuple[int, int] | tuple[None, None]:
    """The nearest by rows: each row's cells left and right of the middle are looked at once."""
    best, at = width * height, None
    for y in sorted(range(height), key=lambda row: abs(row - height // 2)):
        away = abs(y - height // 2)
        if away >= best:
            break
        row = cells[y * width : (y + 1) * width]
        for x in (row.find(1, width // 2), row.rfind(1, 0, width // 2)):
            if x >= 0 and away + abs(x - width // 2) < best:
                best, at = away + abs(x - width // 2), (x, y)
    return at or (None, None)


def packed(cells: bytes) -> bytes:
    """Bytes of 0 and 1 as bits, the first cell the highest bit of the first byte."""
    bits = cells.translate(bytes.maketrans(b"\0\1", b"01")).decode("ascii")
    filled = bits + "0" * (-len(bits) % 8)
    return int(filled, 2).to_bytes(len(filled) // 8, "big") if filled else b""
