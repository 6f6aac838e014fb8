"""rAthena's YAML databases: `Header`, `Body`, and `Footer: Imports` with the mode they are for.

A file is cut into its records before it is parsed: a record that is no YAML costs itself and not
the file, it is known by its line, and never more than a batch of records is in memory as YAML."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from world.rathena.records import Broken, Issue, Mode, Record

MODES: dict[Mode, str] = {"re": "Renewal", "pre-re": "Prerenewal"}
BATCH = 200
MOST_BYTES = 64 * 2**20
"""Of one file; the longest of rAthena's own has 8 MiB."""
DEEPEST = 10
"""Imports of imports."""
_SECTION = re.compile(r"([A-Za-z]\w*):(.*)")
_IDLE = re.compile(r"\s*(?:#.*)?$")
Chunk = tuple[int, str]
"""Line of its beginning, and text."""


@dataclass(slots=True)
class Sections:
    """A file, cut: what is between `Header:`, `Body:` and `Footer:`."""

    header: dict[str, Any] = field(default_factory=dict)
    body: list[Chunk] = field(default_factory=list)
    footer: dict[str, Any] = field(default_factory=dict)


@dataclass
class Database:
    """What one database is read with: `take` is given every record in rAthena's order, `clear`
    forgets what was taken, `report` is told what is wrong."""

    kind: str
    """Header.Type, e.g. ITEM_DB."""
    take: Callable[[Record], None]
    clear: Callable[[], None]
    report: Callable[[Issue], None]
    broken: int = 0


@dataclass(frozen=True)
class Tree:
    """The folder of a server, or its `db` folder alone."""

    root: Path
    mode: Mode

    def find(self, written: str) -> Path | None:
        """A path as the server's files write it; None if there is no such file in the folder."""
        for base, name in ((self.root, written), (self.root, written.removeprefix("db/"))):
            found = (base / name).resolve()
            if found.is_relative_to(self.root.resolve()) and found.is_file():
                return found
        return None

    def load(self, written: str, database: Database) -> None:
        """Reads a file and what it imports. A file that is missing is an issue."""
        self._load(written, database, listed_by="", depth=0)

    def _load(self, written: str, database: Database, *, listed_by: str, depth: int) -> None:
        path = self.find(written)
        if path is None:
            by = f", which {listed_by} imports" if listed_by else ""
            message = f"there is no such file{by}: its records are missing"
            database.report(Issue(written, 0, message))
            return
        try:
            sections = _cut(path)
        except Broken as broken:
            database.report(Issue(written, 0, str(broken)))
            return
        kind = sections.header.get("Type")
        if kind != database.kind:
            message = f"Header: Type is {kind!r}, not {database.kind}: the file is left out"
            database.report(Issue(written, 0, message))
            return
        if str(sections.header.get("Clear", "")).lower() == "true":
            database.clear()
        for record in _records(sections, written, database):
            try:
                database.take(record)
            except Broken as broken:
                database.broken += 1
                name = record.values.get("Id", record.values.get("Jobs", ""))
                said = f"record {str(name)[:60]}: {broken}; left out"
                database.report(Issue(written, record.line, said))
        for further in self._imports(sections.footer):
            if depth == DEEPEST:
                database.report(Issue(written, 0, "imports nested too deep: left out"))
                return
            self._load(further, database, listed_by=written, depth=depth + 1)

    def _imports(self, footer: Mapping[str, Any]) -> Iterator[str]:
        imports = footer.get("Imports")
        for each in imports if isinstance(imports, list) else ():
            if not isinstance(each, Mapping) or not isinstance(each.get("Path"), str):
                continue
            if each.get("Mode") in (None, MODES[self.mode]) and "Generator" not in each:
                yield each["Path"]


def _cut(path: Path) -> Sections:
    """Raises Broken."""
    if path.stat().st_size > MOST_BYTES:
        raise Broken(f"has more than {MOST_BYTES:,} bytes: left out")
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    parts = _parts(text)
    found = Sections(body=list(_chunks(*parts["Body"])) if "Body" in parts else [])
    for name in ("Header", "Footer"):
        if name in parts:
            line, lines = parts[name]
            try:
                section = _parse(f"{name}:\n" + "".join(lines[1:]))
            except yaml.YAMLError as error:
                raise Broken(f"line {line}: {name} is no YAML ({_why(error)}): left out") from None
            document = section.get(name) if isinstance(section, dict) else None
            setattr(found, name.lower(), document if isinstance(document, dict) else {})
    return found


def _parts(text: str) -> dict[str, tuple[int, list[str]]]:
    """Name of a section -> line of its name, and its lines."""
    parts: dict[str, tuple[int, list[str]]] = {}
    lines: list[str] = []
    for number, line in enumerate(text.splitlines(keepends=True), start=1):
        if match := _SECTION.match(line):
            lines = [line]
            parts[match[1]] = (number, lines)
        else:
            lines.append(line)
    return parts


def _chunks(number: int, lines: list[str]) -> Iterator[Chunk]:
    """The records of a `Body`, by the dashes at its own indentation."""
    dash, begun, chunk = "", 0, list[str]()
    if not _IDLE.match(lines[0].partition(":")[2]):
        yield number, lines[0].partition(":")[2]  # Body: [{...}], on one line
    for at, line in enumerate(lines[1:], start=number + 1):
        if not dash:
            if _IDLE.match(line):
                continue
            dash = line[: len(line) - len(line.lstrip(" "))] + "-"
        if line.startswith(dash) and line[len(dash) : len(dash) + 1] in (" ", "\n", "\r"):
            if chunk:
                yield begun, "".join(chunk)
            begun, chunk = at, []
        chunk.append(line)
        begun = begun or at
    if chunk:
        yield begun, "".join(chunk)


def _records(sections: Sections, path: str, database: Database) -> Iterator[Record]:
    body = sections.body
    for start in range(0, len(body), BATCH):
        batch = body[start : start + BATCH]
        try:
            parsed = _parse("".join(text for _, text in batch))
        except yaml.YAMLError:
            parsed = None
        if isinstance(parsed, list) and len(parsed) == len(batch):
            pairs = [(line, values) for (line, _), values in zip(batch, parsed, strict=True)]
        else:
            pairs = [pair for chunk in batch for pair in _apart(chunk, path, database)]
        for line, values in pairs:
            if isinstance(values, dict):
                yield Record(values, path, line)
            else:
                database.broken += 1
                database.report(Issue(path, line, "is no record: left out"))


def _apart(chunk: Chunk, path: str, database: Database) -> list[tuple[int, Any]]:
    line, text = chunk
    try:
        parsed = _parse(text)
    except yaml.YAMLError as error:
        database.broken += 1
        mark = getattr(error, "problem_mark", None)
        at = line + (mark.line if mark else 0)
        said = f"the record of line {line} is no YAML ({_why(error)}): left out"
        database.report(Issue(path, at, said))
        return []
    return [(line, values) for values in (parsed if isinstance(parsed, list) else [parsed])]


def _parse(text: str) -> Any:
    # Every scalar as it is written: `Name: No` is a name, and an AI of `01` is not 1.
    return yaml.load(text, Loader=yaml.CBaseLoader)  # noqa: S506  # nosec B506: makes only strings


def _why(error: yaml.YAMLError) -> str:
    return str(getattr(error, "problem", "") or error).splitlines()[0][:120]
