"""Behind a pooler that lends a session for one transaction only (PgBouncer, pool_mode transaction).

Nothing may be left on a session, and nothing is believed of one: every message of a statement has
role and path in front of it, as SET LOCAL, and PostgreSQL runs one message as one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db.backends.postgresql.base import Cursor
from psycopg import errors, sql
from psycopg.pq import TransactionStatus

from aiworld import measures
from aiworld.errors import NotFound
from tenants.backend import sessions
from tenants.current import current, owning

BEFORE = 2
"""Results that come before a statement's own: of SET ROLE and of SET search_path."""


def reset(session: Any) -> None:
    """What our own pool does when a connection comes back: there is nothing to take back."""
    sessions.begin(session)


class PooledCursor(Cursor):
    connection: Any

    def execute(self, query: Any, *args: Any, **options: Any) -> PooledCursor:
        # In a transaction that failed only a rollback is heard, and it needs neither.
        failed = self.connection.pgconn.transaction_status == TransactionStatus.INERROR
        wanted = sessions.local(self.connection.info.user, current.get().schema_name, owning.get())
        with _told(wanted.role):
            super().execute(query if failed else _led(wanted.enter, query), *args, **options)  # type: ignore[misc]
        for _ in range(0 if failed else BEFORE):
            self.nextset()  # type: ignore[attr-defined]
        return self

    def executemany(self, *args: Any, **options: Any) -> None:
        with placed(self.connection):
            super().executemany(*args, **options)  # type: ignore[misc]

    @contextmanager
    def copy(self, *args: Any, **options: Any) -> Iterator[psycopg.Copy]:
        with placed(self.connection), super().copy(*args, **options) as copy:  # type: ignore[misc]
            yield copy


@contextmanager
def placed(session: Any) -> Iterator[None]:
    """In the open transaction, or in one of its own: for statements that are more than one
    message."""
    if session.autocommit and session.pgconn.transaction_status == TransactionStatus.IDLE:
        with session.transaction():
            _enter(session)
            yield
    else:
        _enter(session)
        yield


def _enter(session: Any) -> None:
    wanted = sessions.local(session.info.user, current.get().schema_name, owning.get())
    with psycopg.ClientCursor(session) as cursor, _told(wanted.role):
        cursor.execute(wanted.enter.encode())


@contextmanager
def _told(role: str) -> Iterator[None]:
    try:
        yield
    except errors.InvalidParameterValue as error:
        if error.diag.message_primary == f'role "{role}" does not exist':
            raise NotFound(f"{role} is no server of this database: it has no role") from error
        raise
    except errors.InsufficientPrivilege:
        measures.mismatches.inc()
        raise


def _led(enter: str, query: Any) -> Any:
    if isinstance(query, bytes):
        return f"{enter}; ".encode() + query
    if isinstance(query, sql.Composable):
        return sql.SQL(f"{enter}; ") + query
    return f"{enter}; {query}"
