"""What a session of PostgreSQL is set to: its role and its search_path.

The place it is at is kept on psycopg's connection as `entered`, so that it is known of every
session, whichever thread has it; None where it is not known."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db.backends.postgresql.base import Cursor
from django_tenants.postgresql_backend.base import is_valid_schema_name
from psycopg.errors import InsufficientPrivilege

from aiworld import measures
from aiworld.database_roles import SERVER_SCHEMA, Roles

MOVING = (b"SET", b"RESET", b"DISCARD", b"ROLLBACK", b"DO", b"CALL")
"""Command tags after which role and path may be others."""
ENTER = 'SET ROLE "{role}"; SET search_path = {path}'
LOCALLY = 'SET LOCAL ROLE "{role}"; SET LOCAL search_path = {path}'
FIRST = (
    "SELECT set_config('role', '{role}', false), set_config('search_path', '{path}', false), "
    "'\"{schema}\"'::regnamespace"
)
"""Dearer; an error if the schema is not there. (A role that is not there is one in both.)"""


class Local(NamedTuple):
    role: str
    enter: str
    """For the open transaction only."""


class Place(NamedTuple):
    """How a session gets there, in one round trip: nothing is set where that fails."""

    enter: str
    first: str
    """For a session that has not been there."""


@lru_cache(4096)
def place(login: str, schema: str, owning: bool) -> Place:
    """Raises ValidationError for a name that is none."""
    words = _words(login, schema, owning)
    return Place(ENTER.format(**words), FIRST.format(**words))


@lru_cache(4096)
def local(login: str, schema: str, owning: bool) -> Local:
    """The same for one transaction. Raises ValidationError for a name that is none."""
    words = _words(login, schema, owning)
    return Local(words["role"], LOCALLY.format(**words))


def _words(login: str, schema: str, owning: bool) -> dict[str, str]:
    roles = Roles(login)
    # `public` stays on the path: the types and operators of pgvector live there.
    path = "public" if schema == "public" else f'"{schema}", public'
    if owning:
        named, role = is_valid_schema_name(schema), roles.owner
    elif schema == "public":
        named, role = True, roles.app
    else:
        named, role = re.fullmatch(SERVER_SCHEMA, schema), schema
    if not named:
        raise ValidationError("Invalid string used for the schema name.")
    return {"role": role, "path": path, "schema": schema}


def begin(session: Any) -> None:
    """A session that nobody has used yet."""
    if not hasattr(session, "entered"):
        session.entered, session.visited = None, set()


def reset(session: Any) -> None:
    """What the pool does when a connection comes back: it is nobody's, and nowhere."""
    session.entered, session.visited = None, set()
    session.execute("RESET ROLE; RESET search_path")
    session.commit()


class WatchfulCursor(Cursor):
    """Notices statements that may have changed role or path by themselves, so that they are set
    again before the next one. (One that calls set_config inside a SELECT is not noticed.)"""

    connection: Any

    def execute(self, *args: Any, **options: Any) -> WatchfulCursor:
        try:
            super().execute(*args, **options)  # type: ignore[misc]
        except BaseException as error:
            self.connection.entered = None
            if isinstance(error, InsufficientPrivilege):
                measures.mismatches.inc()
            raise
        if _moves(self):
            self.connection.entered = None
        return self


def _moves(cursor: Any) -> bool:
    result = cursor.pgresult
    several = len(cursor._results) > 1
    return several or (result is not None and (result.command_status or b"").startswith(MOVING))
