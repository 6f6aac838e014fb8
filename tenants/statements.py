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
