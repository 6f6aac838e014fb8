"""What a schema holds: rows and a checksum of every table, whatever tables it has."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql

TABLES = """
SELECT relname FROM pg_class
WHERE relnamespace = %s::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
                AND d.objid = pg_class.oid AND d.deptype = 'e')
ORDER BY relname
"""
COUNT = """
SELECT count(*), coalesce(sum(hashtextextended(aiworld_row::text, 0)::numeric), 0)::text
FROM {table} aiworld_row
"""
"""The sum does not depend on the order of the rows, which no restore keeps."""
LINKS = """
SELECT c.relname, mine.attname, target.relname, other.attname, NOT mine.attnotnull
FROM pg_constraint f
JOIN pg_class c ON c.oid = f.conrelid
JOIN pg_class target ON target.oid = f.confrelid
JOIN pg_attribute mine ON mine.attrelid = f.conrelid AND mine.attnum = f.conkey[1]
JOIN pg_attribute other ON other.attrelid = f.confrelid AND other.attnum = f.confkey[1]
WHERE f.contype = 'f' AND c.relnamespace = %s::regnamespace AND NOT c.relispartition
AND target.relnamespace = 'public'::regnamespace AND f.connamespace <> target.relnamespace
AND cardinality(f.conkey) = 1
ORDER BY 1, 2
"""


def counted(session: psycopg.Connection, schema: str) -> dict[str, list[Any]]:
    """Table: rows, checksum. Partitions count with their parents."""
    found = {}
    for (table,) in session.execute(TABLES, [_literal(schema)]).fetchall():
        name = sql.Identifier(schema, table)
        row = session.execute(sql.SQL(COUNT).format(table=name)).fetchone()
        found[table] = list(row or (0, "0"))
    return found


def differences(wanted: dict[str, list[Any]], found: dict[str, list[Any]]) -> list[str]:
    """In words; empty if they are the same."""
    told = []
    for table in sorted(wanted.keys() | found.keys()):
        one, other = wanted.get(table), found.get(table)
        if one is None or other is None:
            told.append(f"{table} {'is missing' if other is None else 'was not in the backup'}")
        elif one[0] != other[0]:
            told.append(f"{table} has {other[0]} rows, not {one[0]}")
        elif one[1] != other[1]:
            told.append(f"{table} has {one[0]} rows, but not the same ones")
    return told


def links(session: psycopg.Connection, schema: str) -> list[list[Any]]:
    """Foreign keys out of the schema into `public`: table, column, table and column there, and
    whether the column may be null."""
    return [list(row) for row in session.execute(LINKS, [_literal(schema)]).fetchall()]


def _literal(schema: str) -> str:
    return f'"{schema}"'
