"""What a session of PostgreSQL is set to: its role and its search_path.

The statement that set both is kept on psycopg's connection, so that it is known of every session
whichever thread has it; None where it is not known."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db.backends.postgresql.base import Cursor
from django_tenants.postgresql_backend.base import is_valid_schema_name

from aiworld.database_roles import SERVER_SCHEMA, Roles

MOVING = (b"SET", b"RESET", b"DISCARD", b"ROLLBACK", b"DO", b"CALL")
"""Command tags after which role and path may be others."""
ENTER = (
    "SELECT set_config('role', '{role}', false), set_config('search_path', '{path}', false), "
    "'\"{schema}\"'::regnamespace"
)
"""One round trip. A role or a schema that is not there is an error, and nothing is set."""


@lru_cache(4096)
def entering(login: str, schema: str, owning: bool) -> str:
    """The statement that enters `schema`. Raises ValidationError for a name that is none."""
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
    return ENTER.format(role=role.replace("'", "''"), path=path, schema=schema)


def reset(session: Any) -> None:
    """What the pool does when a connection comes back: it is nobody's, and nowhere."""
    session.entered = None
    session.execute("RESET ROLE; RESET search_path")
    session.commit()


class WatchfulCursor(Cursor):
    """Notices statements that may have changed role or path by themselves, so that they are set
    again before the next one. (One that calls set_config inside a SELECT is not noticed.)"""

    def execute(self, *args: Any, **options: Any) -> WatchfulCursor:
        try:
            super().execute(*args, **options)
        except BaseException:
            self.connection.entered = None
            raise
        if _moves(self):
            self.connection.entered = None
        return self


def _moves(cursor: Any) -> bool:
    result = cursor.pgresult
    several = len(cursor._results) > 1
    return several or (result is not None and (result.command_status or b"").startswith(MOVING))
