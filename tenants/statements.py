"""Statements of the hot path, written by hand: prepared once per connection, with their values
bound by PostgreSQL. A query of the ORM costs several times the processor time on both sides: it is
built, interpolated, parsed and planned anew at every call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg.errors import InsufficientPrivilege

from aiworld import measures
from tenants.backend import pooled

ONLY_WHEN_TOLD = 2**31
"""Executions after which psycopg prepares a statement by itself."""
MOST = 300
"""Prepared statements a connection keeps; the least used go first."""


def rows(sql: str, values: Mapping[str, object]) -> list[tuple[Any, ...]]:
    """The rows of one statement in the present schema and the open transaction, if there is one.
    Empty for one that returns none. Raises as Django's own cursors do."""
    wrapper: Any = connections[DEFAULT_DB_ALIAS]
    wrapper.ensure_connection()
    wrapper.validate_no_broken_transaction()
    wrapper._handle_search_path()
    raw = wrapper.connection
    if wrapper.pooled:
        return _unprepared(wrapper, sql, values)
    if raw.prepare_threshold is None:
        raw.prepare_threshold, raw.prepared_max = ONLY_WHEN_TOLD, MOST
    # The comment makes it another statement for each server: a prepared one that is used under
    # changing search paths would be planned anew at each change.
    named = f"{sql} -- {wrapper.schema_name}"
    with wrapper.wrap_database_errors, psycopg.Cursor(raw) as cursor:
        try:
            cursor.execute(named.encode(), values, prepare=True)
        except InsufficientPrivilege:
            measures.mismatches.inc()
            raise
        result = cursor.pgresult  # `description` would build an object for every column
        return cursor.fetchall() if result and result.nfields else []


def _unprepared(wrapper: Any, sql: str, values: Mapping[str, object]) -> list[tuple[Any, ...]]:
    """What is prepared belongs to a session, and behind a pooler the next one is another."""
    raw = wrapper.connection
    with wrapper.wrap_database_errors, pooled.placed(raw), psycopg.Cursor(raw) as cursor:
        cursor.execute(sql.encode(), values, prepare=False)
        result = cursor.pgresult
        return cursor.fetchall() if result and result.nfields else []
