"""The SQL that makes one server's schema."""

from __future__ import annotations

import hashlib
import re
import subprocess
from functools import cache
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from aiworld.errors import Unavailable
from tenants.context import in_owner, in_schema
from tenants.current import PUBLIC, Schema
from tenants.models import SchemaTemplate
from tenants.programs import environment, program
from tenants.roles import names

PLACEHOLDER = "zz_aiworld_template"
"""Name of the schema the template is dumped from; occurs nowhere else in its SQL."""
LOCK = 7_402_115
"""Advisory lock: one process makes the template."""


def template_sql() -> str:
    """From memory, else the database, else made now (about four seconds, once per upgrade)."""
    return _kept(fingerprint(), connection.settings_dict["NAME"])


@cache
def _kept(wanted: str, database: str) -> str:
    with in_schema():
        row = SchemaTemplate.objects.filter(pk=wanted).first()
        return row.sql if row else _made(wanted)


@cache
def fingerprint() -> str:
    """Changes whenever a migration of a tenant app does, or the way the template is made."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for name in sorted(settings.TENANT_APPS):
        folder = Path(_config(name).path) / "migrations"
        for file in sorted(folder.glob("*.py")):
            digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def _config(name: str) -> apps.AppConfig:  # type: ignore[name-defined]
    return next(c for c in apps.get_app_configs() if name.startswith(c.name))


def _made(wanted: str) -> str:
    if settings.DB_TRANSACTION_POOLING:  # the lock and pg_dump need a session of their own
        raise Unavailable("no template of this version: see docs/how-to/use-your-postgresql.md")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            row = SchemaTemplate.objects.filter(pk=wanted).first()
            return row.sql if row else _make(wanted)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _make(wanted: str) -> str:
    with in_owner(PUBLIC), connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {PLACEHOLDER} CASCADE")
        cursor.execute(f"CREATE SCHEMA {PLACEHOLDER}")
    with in_owner(Schema(PLACEHOLDER)):
        call_command("migrate_schemas", schema_name=PLACEHOLDER, interactive=False, verbosity=0)
    sql = _cleaned(_dump())
    with in_owner(PUBLIC), connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA {PLACEHOLDER} CASCADE")
    SchemaTemplate.objects.all().delete()
    SchemaTemplate.objects.create(fingerprint=wanted, sql=sql)
    return sql


def _dump() -> str:
    """pg_dump of the schema: its tables, and the rows that say which migrations made them."""
    command = [program("pg_dump"), "--no-owner", "--no-privileges", "--inserts"]
    command += [f"--schema={PLACEHOLDER}", f"--role={names().owner}"]
    env = environment(connection.settings_dict)
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60)
    if done.returncode:
        raise Unavailable(f"pg_dump failed: {done.stderr.strip()}")
    return done.stdout


def _cleaned(dump: str) -> str:
    """Without psql's own commands and comments, and with every SET local to the transaction."""
    lines = (line for line in dump.splitlines() if not line.startswith(("--", "\\")))
    sql = "\n".join(line for line in lines if line.strip())
    sql = re.sub(r"^SET ", "SET LOCAL ", sql, flags=re.MULTILINE)
    # One is unknown to older servers; the other would forbid the application to read shared tables
    # in the same transaction.
    sql = re.sub(r"^SET LOCAL (transaction_timeout|row_security).*\n", "", sql, flags=re.MULTILINE)
    # Names in the dump are qualified; `public` holds the vector type and its operators.
    return re.sub(
        r"^SELECT pg_catalog\.set_config\('search_path'.*$",
        f"SET LOCAL search_path = {PLACEHOLDER}, public;",
        sql,
        flags=re.MULTILINE,
    )
