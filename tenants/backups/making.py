"""Makes a backup: every schema is dumped, counted and summed in one snapshot of the database.

The snapshot is exported by one transaction and entered by those that count and by pg_dump, so that
what is counted is what is dumped, and all schemas fit together. Nobody waits for it: a dump locks
nothing that calls need."""

from __future__ import annotations

import hashlib
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.utils import timezone
from psycopg import sql
from psycopg.rows import dict_row

from aiworld import __version__
from aiworld.errors import NotFound, Unavailable
from tenants import programs
from tenants.backups import age, counting, keys, store
from tenants.backups.manifest import PUBLIC, Manifest, Part, written
from tenants.backups.store import Backup
from tenants.backups.targets import Target, here

Telling = Callable[[str, int, int], None]
"""Which part is worked on, bytes done, bytes in all (of tables: an estimate)."""
SECRETS = ("SECRET_KEY", "API_KEY_SALT", "SECRETS_KEY")
"""Without these nobody's key is known, and no sealed secret opens."""
READ = 1 << 18
GONE = (psycopg.errors.InvalidSchemaName, psycopg.errors.UndefinedTable)
BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
SIZE = """
SELECT coalesce(sum(pg_table_size(oid)), 0)::bigint FROM pg_class
WHERE relnamespace = to_regnamespace(%s) AND relkind IN ('r', 'm')
"""
MEMBERS = """
SELECT role, username, email FROM memberships m JOIN auth_user u ON u.id = m.user_id
WHERE server_id = %s ORDER BY u.id
"""
MIGRATIONS = "SELECT app || '.' || name FROM django_migrations ORDER BY 1"


def make(server_id: str = "", *, tell: Telling = lambda part, done, total: None) -> Backup:
    """Of all servers, or of one. Raises Unavailable (no key, no room, no pg_dump, the database is
    away) and NotFound."""
    target, recipients = here(), keys.recipients()
    try:
        with _snapshot(target) as (session, snapshot):
            manifest, sizes = _planned(session, target, server_id)
            store.require_room(sum(sizes.values()))
            with store.begun(server_id) as folder:
                dumping = _Dumping(target, snapshot, folder, recipients, tell, sizes)
                for part in list(manifest.parts):
                    if not dumping.add(part):
                        manifest.parts.remove(part)
                        manifest.left_out.append(part.server["server_id"])
                _finish(folder, manifest, recipients, server_id)
    except psycopg.OperationalError as error:
        raise Unavailable(f"the database is away: {error}") from error
    return store.find(folder.name.removesuffix(store.UNFINISHED))


@contextmanager
def _snapshot(target: Target) -> Iterator[tuple[psycopg.Connection, str]]:
    with target.connect() as session:
        session.execute(BEGIN)
        row = session.execute("SELECT pg_export_snapshot()").fetchone()
        assert row is not None
        yield session, row[0]


def _planned(
    session: psycopg.Connection, target: Target, server_id: str
) -> tuple[Manifest, dict[str, int]]:
    """Everything but the dumps, and how large each schema is."""
    manifest = Manifest(
        made_at=timezone.now(),
        version=__version__,
        postgres=session.info.parameter_status("server_version") or "",
        login=target.login,
        migrations=[name for (name,) in session.execute(MIGRATIONS).fetchall()],
    )
    if not server_id:
        manifest.parts.append(Part(schema=PUBLIC, file="public.age"))
        manifest.settings = {name: _as_text(getattr(settings, name)) for name in SECRETS}
    manifest.parts += _servers(session, server_id)
    names = [part.schema for part in manifest.parts]
    return manifest, {name: _size(session, name) for name in names}


def _servers(session: psycopg.Connection, server_id: str) -> list[Part]:
    cursor = session.cursor(row_factory=dict_row)
    rows = cursor.execute("SELECT * FROM registered_servers ORDER BY id").fetchall()
    wanted = [row for row in rows if server_id in ("", row["server_id"])]
    if server_id and not wanted:
        raise NotFound(f"there is no server {server_id}")
    return [
        Part(
            schema=row["schema_name"],
            file=f"{row['schema_name']}.age",
            server=row,
            members=cursor.execute(MEMBERS, [row["id"]]).fetchall(),
        )
        for row in wanted
    ]


class _Dumping:
    def __init__(
        self,
        target: Target,
        snapshot: str,
        folder: Path,
        recipients: list[str],
        tell: Telling,
        sizes: dict[str, int],
    ) -> None:
        self._target, self._snapshot, self._folder = target, snapshot, folder
        self._recipients, self._tell, self._sizes = recipients, tell, sizes
        self._done = 0

    def add(self, part: Part) -> bool:
        """False if the server was deleted since the snapshot."""
        name = part.server.get("server_id", part.schema)
        self._tell(name, self._done, sum(self._sizes.values()))
        with self._target.connect() as session:
            session.execute(BEGIN)
            entering = sql.SQL("SET TRANSACTION SNAPSHOT {}")
            session.execute(entering.format(sql.Literal(self._snapshot)))
            try:
                # Counting locks the tables against being dropped until they are dumped.
                part.tables = counting.counted(session, part.schema)
                part.links = counting.links(session, part.schema)
            except GONE:
                if not part.server:
                    raise
                return False
            self._dump(part)
        self._done += self._sizes[part.schema]
        self._tell(name, self._done, sum(self._sizes.values()))
        return True

    def _dump(self, part: Part) -> None:
        digest = hashlib.sha256()
        with (self._folder / part.file).open("wb") as file:
            out = _Counted(file, digest)
            dump = _dumped(self._target, part.schema, self._snapshot)
            age.seal(dump, out, self._recipients)
        part.bytes, part.sha256 = out.bytes, digest.hexdigest()


class _Counted:
    def __init__(self, file: Any, digest: Any) -> None:
        self._file, self._digest, self.bytes = file, digest, 0

    def write(self, data: bytes) -> None:
        self._file.write(data)
        self._digest.update(data)
        self.bytes += len(data)


def _dumped(target: Target, schema: str, snapshot: str) -> Iterator[bytes]:
    """pg_dump's own format, which pg_restore reads from a pipe. Raises Unavailable."""
    command = [programs.program("pg_dump"), "--format=custom", "--no-owner", "--no-privileges"]
    command += [f"--schema={schema}", f"--snapshot={snapshot}", f"--role={target.owner}"]
    # A view over tables of `public`, which roles.make puts back; without them it would not load.
    command += [f"--exclude-table={schema}.auth_user"] if schema != PUBLIC else []
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(
            command, env=target.environment(), stdout=subprocess.PIPE, stderr=said
        ) as dump,
    ):
        assert dump.stdout is not None
        try:
            while chunk := dump.stdout.read(READ):
                yield chunk
        finally:
            dump.stdout.close()  # who stops reading early ends it
        if dump.wait():
            said.seek(0)
            words = said.read().decode(errors="replace").strip()
            raise Unavailable(f"pg_dump of {schema} failed: {words}")


def _finish(folder: Path, manifest: Manifest, recipients: list[str], server_id: str) -> None:
    with (folder / store.MANIFEST).open("wb") as file:
        age.seal([written(manifest)], file, recipients)
    store.tell(
        folder,
        made_at=manifest.made_at.isoformat(),
        version=manifest.version,
        server_id=server_id,
        schemas=len(manifest.parts),
        bytes=sum(part.bytes for part in manifest.parts),
    )


def _size(session: psycopg.Connection, schema: str) -> int:
    row = session.execute(SIZE, [f'"{schema}"']).fetchone()
    return int(row[0]) if row else 0


def _as_text(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
