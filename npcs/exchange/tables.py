"""Characters and knowledge as CSV, for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from aiworld.errors import Invalid
from npcs.exchange.sheets import MAX_FACTS, MAX_NPCS, PERSONA, Sheet, sheet

FACT_COLUMNS = ("topic", "text", "sensitivity", "condition", "is_active")
COLUMNS = ("key", *PERSONA)
KNOWLEDGE_COLUMNS = ("key", *FACT_COLUMNS)
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is run by spreadsheets; an apostrophe before it keeps it a text."""


def read(text: str) -> list[Sheet]:
    """Rows with a `text` column are knowledge, others characters. Raises Invalid."""
    try:
        rows = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        columns = tuple(name.strip() for name in rows.fieldnames or ())
        _check(columns)
        cells = [_cells(columns, row, number) for number, row in _numbered(rows)]
    except csv.Error as error:
        raise Invalid(f"this is no CSV: {error}", field="file") from None
    return _with_knowledge(cells) if "text" in columns else _characters(cells)


def _check(columns: tuple[str, ...]) -> None:
    known = KNOWLEDGE_COLUMNS if "text" in columns else COLUMNS
    if "key" not in columns:
        raise Invalid("the first line needs a column `key` (map/unique name)", field="file")
    if unknown := [name for name in columns if name not in known]:
        raise Invalid(f"unknown column {unknown[0]!r}; known: {', '.join(known)}", field="file")


def _numbered(rows: csv.DictReader[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, row in enumerate(rows, start=2):
        if number > MAX_NPCS * 50:
            raise Invalid(f"more than {MAX_NPCS * 50} lines", field="file")
        yield number, row


def _cells(columns: tuple[str, ...], row: dict[str, Any], number: int) -> dict[str, Any]:
    if None in row:
        raise Invalid("more cells than columns", field=f"line {number}")
    values = {name.strip(): _plain(cell or "") for name, cell in row.items()}
    return {"line": number} | {name: values[name] for name in columns if values[name] != ""}


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell


def _characters(rows: list[dict[str, Any]]) -> list[Sheet]:
    if len(rows) > MAX_NPCS:
        raise Invalid(f"a table may have {MAX_NPCS} NPCs, this has {len(rows)}", field="file")
    return [sheet(_without_line(row), where=f"line {row['line']}") for row in rows]


def _with_knowledge(rows: list[dict[str, Any]]) -> list[Sheet]:
    facts: dict[str, list[dict[str, Any]]] = {}
    lines: dict[str, int] = {}
    for row in rows:
        fact = {name: row[name] for name in FACT_COLUMNS if name in row}
        if "sensitivity" in fact:
            fact["sensitivity"] = _number(fact["sensitivity"], row["line"])
        known = facts.setdefault(row.get("key", ""), [])
        lines.setdefault(row.get("key", ""), row["line"])
        known.append(fact)
        if len(known) > MAX_FACTS:
            raise Invalid(f"more than {MAX_FACTS} facts of one NPC", field=f"line {row['line']}")
    return [
        sheet({"key": key, "knowledge": known}, where=f"line {lines[key]}")
        for key, known in facts.items()
    ]


def _number(cell: str, line: int) -> int:
    try:
        return int(cell)
    except ValueError:
        raise Invalid("sensitivity is 0, 5, 8 or 10", field=f"line {line}") from None


def _without_line(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "line"}


def write(sheets: Iterable[Sheet]) -> str:
    rows = (one.model_dump(mode="json") for one in sheets)
    return _written(COLUMNS, rows)


def write_knowledge(sheets: Iterable[Sheet]) -> str:
    rows = (
        {"key": one.key} | fact.model_dump(mode="json")
        for one in sheets
        for fact in one.knowledge or ()
    )
    return _written(KNOWLEDGE_COLUMNS, rows)


def _written(columns: tuple[str, ...], rows: Iterable[dict[str, Any]]) -> str:
    out = io.StringIO(newline="")
    table = csv.writer(out)
    table.writerow(columns)
    for row in rows:
        table.writerow([_cell(row.get(name)) for name in columns])
    return out.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return "" if value is None else value
