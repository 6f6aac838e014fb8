"""Puts a backup back: all of it into an empty database, or one server beside the others."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import psycopg
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils.module_loading import import_string
from psycopg import sql

from aiworld.database_roles import SERVER_SCHEMA
from aiworld.errors import Conflict, Invalid
from tenants import api_keys, audit, exporting
from tenants.backups import counting, manifest, reading
from tenants.backups.manifest import PUBLIC, Part
from tenants.backups.reading import Opened, Telling
from tenants.backups.targets import Target, here
from tenants.context import in_schema, in_tenant
from tenants.models import Membership, Server

log = logging.getLogger(__name__)
ASIDE = "before_restore_{}"
"""Where the tables of a server are until those of the backup are in their place."""
CUT_OFF = (
    "a restore of this server was cut off: what it had before stands in the schema {former}. "
    "To have that back: DROP SCHEMA {schema} CASCADE; ALTER SCHEMA {former} RENAME TO {schema}; "
    "to be without it: DROP SCHEMA {former} CASCADE; then restore again"
)
FILLED = """
SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname ~ %s)
OR to_regclass('public.django_migrations') IS NOT NULL
"""
OWN_TABLES = """
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
AND relowner = %s::regrole
"""
OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'aiworld' AND pid <> pg_backend_pid()
"""


@dataclass(frozen=True, kw_only=True)
class Restored:
    servers: int
    rows: int
    taken_out: int = 0
    """References to accounts that are gone."""
    erased_again: int = 0
    """Players who were erased after the backup was made."""
    api_key: str = ""
    """For a server that had been deleted: its old keys are not brought back. Shown once."""


def restore_all(whole: Opened, *, replace: bool, tell: Telling) -> Restored:
    """Into the database of the settings, which must be empty or, with `replace`, is emptied.
    Raises Conflict for one that is not, or is in use; Invalid; Unavailable."""
    if not whole.manifest.whole:
        raise Conflict("this backup is of one server: name it with --server")
    parts = whole.manifest.parts
    _check(whole, parts, tell)
    target = here()
    connection.close_pool()  # type: ignore[attr-defined]
    _make_room(target, replace=replace)
    done, total = 0, sum(part.bytes for part in parts)
    for part in parts:
        tell(part.server.get("server_id", part.schema), done, total)
        reading.load(whole, part, target)
        _compare(part, target, part.schema)
        reading.complete(whole, part, target)
        done += part.bytes
    tell("", total, total)
    call_command("migrate", interactive=False, verbosity=0)  # roles and grants too
    return Restored(
        servers=len(parts) - 1,
        rows=sum(rows for part in parts for rows, _ in part.tables.values()),
    )


def restore_server(whole: Opened, name: str, *, tell: Telling) -> Restored:
    """One server, by id; all the others go on. While it lasts its calls are refused, and its NPCs
    run their scripts. What was stored since the backup is gone, but who was erased since is erased
    again, and keys, members and settings stay as they are. Raises as `restore_all` does; nothing
    is changed then."""
    part = whole.manifest.part(name)
    if part.schema == PUBLIC:
        raise Invalid("that is not a server")
    _check(whole, [part], tell)
    target = here()
    with (
        _standing(part) as (server, key),
        _suspended(server, wait=not key),
        _aside(target, part.schema),
    ):
        tell(server.server_id, 0, 2 * part.bytes)
        reading.load(whole, part, target)
        _compare(part, target, part.schema)
        tell(server.server_id, part.bytes, 2 * part.bytes)
        taken = reading.complete(whole, part, target)
        call_command("migrate", schema_name=part.schema, interactive=False, verbosity=0)
        erased = _followed(server, whole.manifest.made_at)
        exporting.forget(server)
        rows = sum(rows for rows, _ in part.tables.values())
        details = {"made_at": whole.manifest.made_at.isoformat(), "rows": rows}
        audit.note(server, actor=None, action="server.restored", details=details)
    tell("", 1, 1)
    return Restored(servers=1, rows=rows, taken_out=taken, erased_again=erased, api_key=key)


def _check(whole: Opened, parts: list[Part], tell: Telling) -> None:
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations or {}}
    manifest.check_known(whole.manifest, known)
    reading.check_files(whole, parts, tell)


def _compare(part: Part, target: Target, schema: str) -> None:
    with target.connect() as session:
        found = counting.counted(session, schema)
    if differing := counting.differences(part.tables, found):
        raise Invalid(f"{schema} is not what was dumped: {'; '.join(differing[:10])}")


def _make_room(target: Target, *, replace: bool) -> None:
    with target.connect() as session:
        row = session.execute(FILLED, [SERVER_SCHEMA]).fetchone()
        if not row or not row[0]:
            return
        if not replace:
            raise Conflict(
                f"the database {target.database['NAME']} has tables already. Name an empty one, or "
                "say --replace: everything in it is then deleted first"
            )
        others = session.execute(OTHERS).fetchone()
        if others and others[0]:
            raise Conflict(
                f"the database is in use by {others[0]} connections of AI World: stop it first"
            )
        _empty(session, target.owner)


def _empty(session: psycopg.Connection, owner: str) -> None:
    schemas = session.execute(
        "SELECT nspname FROM pg_namespace WHERE nspname ~ %s", [SERVER_SCHEMA]
    )
    for (schema,) in schemas.fetchall():  # one transaction each: a schema has many locks
        session.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(schema)))
    tables = session.execute(OWN_TABLES, [f'"{owner}"']).fetchall()
    for (table,) in tables:
        drop = sql.SQL("DROP TABLE IF EXISTS public.{} CASCADE")
        session.execute(drop.format(sql.Identifier(table)))


@contextmanager
def _standing(part: Part) -> Iterator[tuple[Server, str]]:
    """The server, and a key if it has to be made anew; that is undone if the block fails."""
    with in_schema():
        if server := Server.objects.filter(schema_name=part.schema).first():
            yield server, ""
            return
        with transaction.atomic():
            server, key = _made_anew(part)
        try:
            yield server, key
        except BaseException:
            server.delete()
            raise


def _made_anew(part: Part) -> tuple[Server, str]:
    """Its row and its members whose accounts still exist, but none of its keys: one that was
    revoked or lost since would open again."""
    fields = {field.attname for field in Server._meta.concrete_fields} - {"id"}
    values = {name: value for name, value in part.server.items() if name in fields}
    server = Server(**values | {"delete_after": None, "status": Server.Status.ACTIVE})
    server.full_clean()
    server.save()
    for member in part.members:
        person = User.objects.filter(username=member["username"], email=member["email"]).first()
        if person:
            Membership.objects.create(user=person, server=server, role=member["role"])
    return server, api_keys.issue(server)


@contextmanager
def _suspended(server: Server, *, wait: bool) -> Iterator[None]:
    """Refuse its calls everywhere while the block runs."""
    former = server.status
    _set_status(server, Server.Status.SUSPENDED)
    try:
        if wait:  # other processes know it by then
            time.sleep(api_keys.CACHE_SECONDS + settings.REQUEST_TIMEOUT)
        yield
    finally:
        _set_status(server, former)


def _set_status(server: Server, status: str) -> None:
    with in_schema():
        Server.objects.filter(pk=server.pk).update(status=status)
    api_keys.forget_all()


@contextmanager
def _aside(target: Target, schema: str) -> Iterator[None]:
    """The present tables, if there are any, step aside; they come back if the block fails, and are
    dropped if it does not. Raises Conflict where some stand aside already."""
    former = ASIDE.format(schema)
    mine, aside = sql.Identifier(schema), sql.Identifier(former)
    with target.connect() as session:
        if _exists(session, former):
            raise Conflict(CUT_OFF.format(former=former, schema=schema))
        if there := _exists(session, schema):
            session.execute(sql.SQL("ALTER SCHEMA {} RENAME TO {}").format(mine, aside))
    try:
        yield
    except BaseException:
        with target.connect() as session, session.transaction():
            session.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(mine))
            if there:
                session.execute(sql.SQL("ALTER SCHEMA {} RENAME TO {}").format(aside, mine))
        raise
    with target.connect() as session:
        session.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(aside))


def _exists(session: psycopg.Connection, schema: str) -> bool:
    row = session.execute("SELECT to_regnamespace(%s) IS NOT NULL", [schema]).fetchone()
    return bool(row and row[0])


def _followed(server: Server, since: datetime) -> int:
    """What other apps have to do to a server that came out of a backup."""
    with in_tenant(server):
        return sum(import_string(name)(since) for name in settings.AFTER_RESTORE)
