"""Whether PostgreSQL has room for the connections of all processes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError, connection

ROOM = """
SELECT current_setting('max_connections')::int
     - current_setting('superuser_reserved_connections')::int
     - coalesce(current_setting('reserved_connections', true)::int, 0)
"""


def room() -> int:
    """Connections PostgreSQL gives to those who are no superuser."""
    with connection.cursor() as cursor:
        cursor.execute(ROOM)
        return int(cursor.fetchone()[0])


@register(Tags.database)
def postgres_has_room(
    app_configs: Any = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Asked by `manage.py migrate`, and by `manage.py check --database default`."""
    if "default" not in (databases or ()):
        return []
    try:
        there = room()
    except DatabaseError:
        return []  # the command that follows says better why it is away
    if there >= settings.DB_CONNECTIONS:
        return []
    return [
        Error(
            f"PostgreSQL gives {there} connections, DB_CONNECTIONS is {settings.DB_CONNECTIONS}.",
            hint="Raise max_connections, or lower DB_CONNECTIONS: pools follow by themselves.",
            id="aiworld.E007",
        )
    ]
