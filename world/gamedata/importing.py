"""What was read of a server's own data becomes rows of its schema.

All in one transaction. What is as it was is not touched, so that a second import of the same
files writes nothing, and a small change of them little."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import connection, models, transaction
from psycopg.types.json import Jsonb

from npcs import guides
from npcs.syncing import one_at_a_time
from world.gamedata.tables import TABLES, Row, Table
from world.models import GameImport
from world.rathena.records import Found, Issue

Progress = Callable[[str, int, int], None]
"""Which table, how many of them are done, of how many."""
FIRST_WARNINGS = 200
KEPT_IMPORTS = 50
REMOVED_AT_ONCE = 5_000


@dataclass(frozen=True)
class Counts:
    rows: int
    added: int
    changed: int
    removed: int

    @property
    def touched(self) -> int:
        return self.added + self.changed + self.removed


@dataclass
class Imported:
    tables: dict[str, Counts] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def changed(self) -> bool:
        return any(counts.touched for counts in self.tables.values())


def import_found(
    found: Found,
    *,
    seconds: float = 0.0,
    dry_run: bool = False,
    progress: Progress = lambda *_: None,
) -> Imported:
    """Makes the present server's tables what `found` says; what it lacks goes. All or nothing.
    `seconds`: how long reading took, for the log of imports."""
    began, result = time.perf_counter(), Imported()
    with transaction.atomic():
        one_at_a_time()
        changes = []
        for done, table in enumerate(TABLES):
            progress(table.model._meta.db_table, done, len(TABLES))
            change = _difference(table, found)
            changes.append((table, change))
            result.tables[table.model._meta.db_table] = change.counts
        for table, change in reversed(changes):
            _remove(table, change.gone)
        for table, change in changes:
            _add(table, change.new)
        if result.changed:
            guides.know_anew()
        result.seconds = seconds + time.perf_counter() - began
        _note(found, result)
        if dry_run:
            transaction.set_rollback(True)
    return result


@dataclass(frozen=True)
class _Change:
    counts: Counts
    gone: list[Row]
    """Keys of rows that are removed, or are written anew."""
    new: list[Row]


def _difference(table: Table, found: Found) -> _Change:
    at = [table.columns.index(name) for name in table.key]

    def key_of(row: Row) -> Row:
        return tuple(row[each] for each in at)

    there = {key_of(row): row for row in _stored(table)}
    new: list[Row] = []
    gone: list[Row] = []
    wanted: set[Row] = set()
    added = 0
    for row in table.rows(found):
        key = key_of(row)
        if key in wanted:
            continue
        wanted.add(key)
        before = there.get(key)
        if before == row:
            continue
        new.append(row)
        if before is None:
            added += 1
        else:
            gone.append(key)
    changed = len(gone)
    gone += [key for key in there if key not in wanted]
    counts = Counts(len(wanted), added, changed, len(gone) - changed)
    return _Change(counts, gone, new)


def _stored(table: Table) -> Iterator[Row]:
    rows = table.model._base_manager.values_list(*table.columns).iterator(chunk_size=2_000)
    for row in rows:
        yield tuple(_comparable(value) for value in row)


def _comparable(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def _remove(table: Table, keys: list[Row]) -> None:
    """By SQL: what belongs to a row that is only written anew stays (keys of others are checked
    when the transaction ends)."""
    if not keys:
        return
    name = table.model._meta.db_table
    with connection.cursor() as cursor:
        for start in range(0, len(keys), REMOVED_AT_ONCE):
            batch = keys[start : start + REMOVED_AT_ONCE]
            arrays = [list(column) for column in zip(*batch, strict=True)]
            types = [_type(table, column) for column in table.key]
            unnested = ", ".join(f"%s::{each}[]" for each in types)
            columns = ", ".join(f'"{each}"' for each in table.key)
            # nosemgrep: names of this module
            cursor.execute(
                f'DELETE FROM "{name}" WHERE ({columns}) IN (SELECT * FROM unnest({unnested}))',  # noqa: S608  # nosec B608
                arrays,
            )


def _type(table: Table, column: str) -> str:
    field_ = next(f for f in table.model._meta.concrete_fields if f.attname == column)
    written = field_.db_type(connection) or "text"
    return written.partition("(")[0].removesuffix(" CHECK").strip()


def _add(table: Table, rows: list[Row]) -> None:
    if not rows:
        return
    columns = ", ".join(f'"{each}"' for each in table.columns)
    name = table.model._meta.db_table
    jsons = [
        isinstance(table.model._meta.get_field(each.removesuffix("_id")), models.JSONField)
        for each in table.columns
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")  # enters the schema, which COPY alone would not
        with cursor.copy(f'COPY "{name}" ({columns}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(
                    [
                        Jsonb(value) if json else value
                        for value, json in zip(row, jsons, strict=True)
                    ]
                )


def _note(found: Found, result: Imported) -> None:
    GameImport.objects.create(
        mode=found.mode,
        seconds=round(result.seconds, 2),
        counts={name: asdict(counts) for name, counts in result.tables.items()},
        warnings=len(found.issues),
        first_warnings=[str(issue) for issue in grave_first(found.issues)[:FIRST_WARNINGS]],
    )
    old = GameImport.objects.order_by("-imported_at").values_list("pk", flat=True)[KEPT_IMPORTS:]
    GameImport.objects.filter(pk__in=list(old)).delete()


def grave_first(issues: Iterable[Issue]) -> list[Issue]:
    """Files that are missing before records that are broken."""
    return sorted(issues, key=lambda issue: issue.line > 0)
