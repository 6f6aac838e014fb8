"""A database that is dumped, or restored into."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import psycopg
from django.db import connection
from psycopg import sql

from aiworld.database_roles import Roles
from tenants import programs

STEADY = {
    "timezone": "UTC",
    "datestyle": "ISO, MDY",
    "intervalstyle": "postgres",
    "extra_float_digits": "1",
    "bytea_output": "hex",
    "search_path": "public",
    "statement_timeout": "0",
}
"""What the text of a row depends on: the same on every server, or its checksum would not be."""


@dataclass(frozen=True, kw_only=True)
class Target:
    database: Mapping[str, object]
    """HOST, PORT, USER, PASSWORD and NAME, as in settings.DATABASES."""
    login: str
    """The login for which its roles are named (aiworld.database_roles)."""

    @property
    def owner(self) -> str:
        return Roles(self.login).owner

    def environment(self) -> dict[str, str]:
        return programs.environment(self.database)

    def connect(self) -> psycopg.Connection:
        """A session of the owner, apart from the pool, in autocommit. Raises psycopg's errors."""
        given = self.environment()
        session = psycopg.connect(
            host=given["PGHOST"],
            port=given["PGPORT"],
            user=given["PGUSER"],
            password=given["PGPASSWORD"] or None,
            dbname=given["PGDATABASE"],
            connect_timeout=10,
            application_name="aiworld backup",
            autocommit=True,
        )
        session.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(self.owner)))
        for name, value in STEADY.items():
            session.execute("SELECT set_config(%s, %s, false)", [name, value])
        return session


def here() -> Target:
    """The database this installation works with."""
    database = connection.settings_dict
    return Target(database=database, login=str(database["USER"]))
