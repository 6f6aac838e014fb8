"""A migration operation: turn a freshly created table into one partitioned by time."""

from __future__ import annotations

from django.db.migrations import RunSQL

SQL = """
ALTER TABLE {table} RENAME TO {table}_plain;
CREATE SEQUENCE {table}_seq;
CREATE TABLE {table} (LIKE {table}_plain INCLUDING COMMENTS INCLUDING CONSTRAINTS)
    PARTITION BY RANGE ({column});
ALTER TABLE {table} ALTER COLUMN id SET DEFAULT nextval('{table}_seq');
ALTER SEQUENCE {table}_seq OWNED BY {table}.id;
COMMENT ON TABLE {table} IS '{comment}';
DROP TABLE {table}_plain;
ALTER TABLE {table} ADD PRIMARY KEY (id, {column});
CREATE TABLE {table}_default PARTITION OF {table} DEFAULT;
{indexes}
"""


class PartitionByTime(RunSQL):
    """`indexes` maps names to their definitions, e.g. {"t_at": "(scope, at DESC)"}. The table must
    be empty. Django goes on to see a plain table with the primary key `id`; PostgreSQL demands
    that the partition column is part of the key, and the sequence keeps `id` unique by itself.

    A later change of that column, even of its comment, has to be SQL: Django would alter its type,
    which PostgreSQL refuses."""

    def __init__(self, *, table: str, column: str, comment: str, indexes: dict[str, str]) -> None:
        made = "\n".join(
            f"CREATE INDEX {name} ON {table} {definition};" for name, definition in indexes.items()
        )
        made += f"\nCREATE INDEX {table}_brin ON {table} USING brin ({column});"
        sql = SQL.format(table=table, column=column, comment=comment, indexes=made)
        super().__init__(sql, RunSQL.noop)
        self._arguments = {
            "table": table, "column": column, "comment": comment, "indexes": indexes,
        }  # fmt: skip

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        return "PartitionByTime", [], dict(self._arguments)
