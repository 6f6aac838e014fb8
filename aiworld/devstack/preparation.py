"""Knows whether migrations and demo are as the code wants them, so that a start may skip them.

The answer lies in the database, as its comment: it goes where the data goes. It names the code it
was made by and counts the applied migrations, so that one taken back by hand is noticed.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import psycopg
from psycopg import sql

COUNT = "SELECT count(*), max(id) FROM public.django_migrations"
COMMENT = """
    SELECT shobj_description(oid, 'pg_database') FROM pg_database
    WHERE datname = current_database()
"""


def fingerprint(root: Path, addresses: Mapping[str, str]) -> str:
    digest = hashlib.sha256(json.dumps(dict(addresses), sort_keys=True).encode())
    sources = [path for path in root.glob("*/migrations/**/*") if path.suffix != ".pyc"]
    sources += [*root.glob("*/management/commands/demo.py"), root / "requirements" / "base.txt"]
    # A database is prepared again when what its roles may do has changed.
    sources += [root / "tenants" / "grants.py", root / "tenants" / "roles.py"]
    for path in sorted(path for path in sources if path.is_file()):
        digest.update(str(path.relative_to(root)).encode() + path.read_bytes())
    return digest.hexdigest()


def done(connection: psycopg.Connection, wanted: str, demo: Path) -> bool:
    try:
        schema = json.loads(demo.read_text())["schema"]
        comment = _first(connection, COMMENT)
        state = _state(connection, wanted)
    except (FileNotFoundError, ValueError, KeyError, psycopg.errors.UndefinedTable):
        return False
    known = connection.execute("SELECT to_regnamespace(%s) IS NOT NULL", [schema]).fetchone()
    return comment == state and known == (True,)


def remember(connection: psycopg.Connection, wanted: str) -> None:
    statement = sql.SQL("COMMENT ON DATABASE {} IS {}")
    name = sql.Identifier(connection.info.dbname)
    connection.execute(statement.format(name, sql.Literal(_state(connection, wanted))))


def _state(connection: psycopg.Connection, wanted: str) -> str:
    count, last = connection.execute(COUNT).fetchone() or (0, 0)
    return f"aiworld {wanted} {count} {last}"


def _first(connection: psycopg.Connection, query: str) -> object:
    row = connection.execute(sql.SQL(query)).fetchone()
    return row[0] if row else None
