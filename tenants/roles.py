"""A role of the database for each server: makes, grants and drops them. All of it runs as the owner
(tenants.context.in_owner), which is entered by the callers."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from aiworld.database_roles import SERVER_SCHEMA, Roles
from tenants.grants import EVERYTHING, PEOPLE, sharing_sql

MAKE = """
CREATE ROLE {role} NOLOGIN;
GRANT {servers} TO {role} WITH INHERIT TRUE, SET FALSE;
GRANT {role} TO {login} WITH INHERIT FALSE, SET TRUE
"""
ENTER = f"""
GRANT USAGE ON SCHEMA {{role}} TO {{role}};
GRANT {EVERYTHING} ON ALL TABLES IN SCHEMA {{role}} TO {{role}};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {{role}} TO {{role}};
ALTER DEFAULT PRIVILEGES IN SCHEMA {{role}} GRANT {EVERYTHING} ON TABLES TO {{role}};
ALTER DEFAULT PRIVILEGES IN SCHEMA {{role}} GRANT USAGE, SELECT ON SEQUENCES TO {{role}};
REVOKE ALL ON {{role}}.django_migrations FROM {{role}};
DROP VIEW IF EXISTS {{role}}.auth_user;
{PEOPLE};
GRANT SELECT ON {{role}}.auth_user TO {{role}};
REVOKE INSERT, UPDATE, DELETE ON {{role}}.auth_user FROM {{role}}
"""  # nosec B608: constants; the role's name is generated and quoted where it is filled in
DROP = """
GRANT {role} TO {owner} WITH INHERIT TRUE;
DROP OWNED BY {role};
DROP ROLE {role}
"""
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
SCHEMAS = "SELECT nspname FROM pg_namespace WHERE nspname ~ %s ORDER BY 1"


def make(schema: str) -> None:
    """The role of a schema that is there, with its rights. Doing it again changes nothing."""
    with transaction.atomic():
        if not _known(schema):
            _execute(MAKE, schema)
        _execute(ENTER, schema)


def drop(schema: str) -> None:
    """Call it after the schema is gone: nothing else was the role's to read or write."""
    if _known(schema):
        _execute(DROP, schema)


def share() -> None:
    """Grant what tenants.grants declares on `public`, and nothing else."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(TABLES)
        cursor.execute(sharing_sql(names(), {row[0] for row in cursor.fetchall()}))


def schemas() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(SCHEMAS, [SERVER_SCHEMA])
        return [row[0] for row in cursor.fetchall()]


def hide_people(schemas: Iterable[str]) -> None:
    """Migrations need `auth_user` to be the table: to refer to it, or to change a column that the
    views show. `make` puts them back."""
    with connection.cursor() as cursor:
        for schema in schemas:
            cursor.execute(f"DROP VIEW IF EXISTS {_quoted(schema)}.auth_user")


def names() -> Roles:
    return Roles(connection.settings_dict["USER"])


def _known(schema: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [schema])
        return bool(cursor.rowcount)


def _execute(sql: str, schema: str) -> None:
    roles = names()
    named = {
        "role": _quoted(schema),
        "schema": _quoted(schema),
        "name": f"'{schema}'",
        "login": connection.ops.quote_name(roles.login),
        "owner": connection.ops.quote_name(roles.owner),
        "servers": connection.ops.quote_name(roles.servers),
    }
    with connection.cursor() as cursor:
        cursor.execute(sql.format(**named))


def _quoted(schema: str) -> str:
    if not re.fullmatch(SERVER_SCHEMA, schema):
        raise ValidationError(f"{schema!r} is no name of a server's schema")
    return f'"{schema}"'
