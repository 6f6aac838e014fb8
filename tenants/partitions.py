"""Monthly partitions of the time series in every server's schema, and how long they are kept."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import connection

from tenants.context import in_owner

RETENTION_DAYS = {
    "world_state_snapshots": 180,
    "economic_transactions": 180,
    "game_events": 90,
    "agent_performance_metrics": 90,
}
"""Table -> days its rows are kept. Rows outside of every month land in `<table>_default`."""
MONTHS_AHEAD = 2


def month_after(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


@in_owner()
def ensure(schema: str, today: date) -> list[str]:
    """Create this month's partitions and the next two; returns the names of the new ones."""
    made = []
    for table in RETENTION_DAYS:
        first = today.replace(day=1)
        for _ in range(MONTHS_AHEAD + 1):
            after = month_after(first)
            name = f"{table}_{first:%Y%m}"
            if not _exists(schema, name):
                _create(schema, table, name, first, after)
                made.append(name)
            first = after
    return made


@in_owner()
def drop_expired(schema: str, today: date) -> list[str]:
    """Drop partitions whose newest possible row is past its retention; returns their names."""
    dropped = []
    for table, days in RETENTION_DAYS.items():
        oldest = today - timedelta(days=days)
        for name, first in _monthly(schema, table):
            if month_after(first) <= oldest:
                _execute("DROP TABLE {0}.{1}", schema, name)
                dropped.append(name)
    return dropped


def _exists(schema: str, name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [f"{schema}.{name}"])
        return bool(cursor.fetchone()[0])


def _create(schema: str, table: str, name: str, first: date, after: date) -> None:
    _execute(
        f"CREATE TABLE {{0}}.{{1}} PARTITION OF {{0}}.{{2}} "
        f"FOR VALUES FROM ('{first:%Y-%m-%d}') TO ('{after:%Y-%m-%d}')",
        schema, name, table,
    )  # fmt: skip


def _monthly(schema: str, table: str) -> list[tuple[str, date]]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT child.relname FROM pg_inherits
            JOIN pg_class parent ON parent.oid = inhparent
            JOIN pg_class child ON child.oid = inhrelid
            JOIN pg_namespace space ON space.oid = parent.relnamespace
            WHERE space.nspname = %s AND parent.relname = %s AND child.relname ~ '_[0-9]{6}$'
            """,
            [schema, table],
        )
        names = [row[0] for row in cursor.fetchall()]
    return [(name, date(int(name[-6:-2]), int(name[-2:]), 1)) for name in names]


def _execute(statement: str, *names: str) -> None:
    quoted = [connection.ops.quote_name(name) for name in names]
    with connection.cursor() as cursor:
        cursor.execute(statement.format(*quoted))
