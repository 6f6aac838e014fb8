"""Is every schema as the code wants it?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from psycopg import sql

from tenants import roles
from tenants.context import in_owner
from tenants.current import PUBLIC
from tenants.diagnosis.finding import OK, Finding, failing, fine

MIGRATE = "Run `manage.py migrate` with this version of the code, then start the processes anew."
AHEAD = (
    "The database is newer than this code: start the version that migrated it, or see "
    "docs/how-to/run.md before you go back."
)
SHOWN = 3


def find(answering: Mapping[str, str]) -> Iterator[Finding]:
    if answering["database"] != OK:
        return
    loader = MigrationLoader(None)
    wanted, known = set(loader.graph.nodes), set(loader.disk_migrations or ())
    with in_owner(PUBLIC):  # the servers' own roles may not read it
        applied = _applied(["public", *roles.schemas()])
    # Every schema notes all migrations, also those that make no table in it.
    missing = [schema for schema, there in applied.items() if wanted - there]
    apps = loader.migrated_apps
    ahead = {key for there in applied.values() for key in there if key[0] in apps} - known
    seen = f"{len(applied)} schemas, {len(wanted)} migrations"
    if missing:
        named = ", ".join(missing[:SHOWN]) + (" ..." if len(missing) > SHOWN else "")
        lacking = f"not applied in {len(missing)} schemas: {named}"
        yield failing("migrations", lacking, MIGRATE, seen)
    elif ahead:
        app, name = min(ahead)
        yield failing("migrations", f"unknown: {app}.{name}", AHEAD, seen)
    else:
        yield fine("migrations", seen)


def _applied(schemas: list[str]) -> dict[str, set[tuple[str, str]]]:
    """Of each schema, the migrations it has; empty for one without the table."""
    one = sql.SQL("SELECT {name}, app, name FROM {table}")
    parts = [
        one.format(name=sql.Literal(each), table=sql.Identifier(each, "django_migrations"))
        for each in schemas
    ]
    found: dict[str, set[tuple[str, str]]] = {each: set() for each in schemas}
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(" UNION ALL ").join(parts))
        for schema, app, name in cursor.fetchall():
            found[schema].add((app, name))
    return found
