"""Reads a backup: its manifest, and its parts into a database."""

from __future__ import annotations

import hashlib
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Any

import psycopg
from psycopg import sql

from aiworld.errors import Invalid, Unavailable
from tenants import programs
from tenants.backups import age, manifest, store
from tenants.backups.manifest import PUBLIC, Manifest, Part
from tenants.backups.store import Backup
from tenants.backups.targets import Target

Telling = Callable[[str, int, int], None]
READ = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Opened:
    backup: Backup
    manifest: Manifest
    identities: Sequence[str]

    def path(self, part: Part) -> Path:
        return self.backup.path / part.file

    def unseal(self, part: Part, into: age.Writable) -> None:
        with self.path(part).open("rb") as file:
            age.unseal(file, self.identities, into)


def opened(backup: Backup, identities: Sequence[str]) -> Opened:
    """Raises Invalid for a wrong key or a damaged manifest, Conflict for a newer form."""
    path = backup.path / store.MANIFEST
    try:
        with path.open("rb") as file:
            age.unseal(file, identities, text := BytesIO())
    except FileNotFoundError:
        raise Invalid(f"{path} is missing: this is no whole backup") from None
    told = manifest.read(text.getvalue())
    return Opened(backup=backup, manifest=told, identities=identities)


def check_files(whole: Opened, parts: Sequence[Part], tell: Telling) -> None:
    """Raises Invalid for the first file that is missing, cut off, or another one."""
    done, total = 0, sum(part.bytes for part in parts)
    for part in parts:
        tell(part.file, done, total)
        path = whole.path(part)
        if not path.is_file():
            raise Invalid(f"{path} is missing")
        if path.stat().st_size != part.bytes:
            raise Invalid(
                f"{path} has {path.stat().st_size} bytes, not {part.bytes}: it is cut off"
            )
        if _digest(path) != part.sha256:
            raise Invalid(f"{path} is not the file that was written: its checksum differs")
        done += part.bytes
    tell("", total, total)


def load(whole: Opened, part: Part, target: Target) -> None:
    """Tables and rows of one schema into a database that lacks it; of `public`, into an empty one.
    Raises Invalid for a damaged file, Unavailable if PostgreSQL refuses."""
    if part.schema != PUBLIC:
        with target.connect() as session:
            session.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(part.schema)))
    _run(whole, part, target, "--section=pre-data", "--section=data")


def complete(whole: Opened, part: Part, target: Target) -> int:
    """The second half, when the rows have been compared: indexes and constraints. Returns how many
    references into `public` lead nowhere any more (accounts deleted since) and were taken out."""
    with target.connect() as session:
        taken = sum(_taken_out(session, part.schema, link) for link in part.links)
    _run(whole, part, target, "--section=post-data")
    return taken


def _taken_out(session: psycopg.Connection, schema: str, link: Sequence[Any]) -> int:
    table, column, there, key, nullable = link
    change = "UPDATE {table} mine SET {column} = NULL" if nullable else "DELETE FROM {table} mine"
    statement = sql.SQL(
        change  # nosec B608: one of two constants
        + " WHERE {column} IS NOT NULL AND NOT EXISTS"
        " (SELECT FROM public.{there} other WHERE other.{key} = mine.{column})"
    ).format(
        table=sql.Identifier(schema, table),
        column=sql.Identifier(column),
        there=sql.Identifier(there),
        key=sql.Identifier(key),
    )
    return session.execute(statement).rowcount


def _run(whole: Opened, part: Part, target: Target, *sections: str) -> None:
    command = [programs.program("pg_restore"), "--no-owner", "--no-privileges", *sections]
    command += ["--single-transaction", "--exit-on-error", f"--role={target.owner}"]
    # Of `public` only what is in it: the schema itself is there already.
    command += [f"--schema={part.schema}", f"--dbname={target.environment()['PGDATABASE']}"]
    with tempfile.TemporaryFile() as said:
        with subprocess.Popen(
            command, env=target.environment(), stdin=subprocess.PIPE, stderr=said
        ) as program:
            assert program.stdin is not None
            try:
                feed = _Feed(program.stdin)
                whole.unseal(part, feed)
                feed.close()
            except Invalid:
                program.kill()  # the end of its input would make it commit what it has
                raise
        if program.returncode:
            raise Unavailable(f"pg_restore of {part.schema} failed: {_words(said)}")


class _Feed:
    """The input of a program, which may have read what it needs, or failed; its exit code says
    which. The rest of the file is read all the same: one that was cut off is told of."""

    def __init__(self, stdin: IO[bytes]) -> None:
        self._stdin, self._listens = stdin, True

    def write(self, data: bytes) -> None:
        self._while_it_listens(lambda: self._stdin.write(data))

    def close(self) -> None:
        self._while_it_listens(self._stdin.close)

    def _while_it_listens(self, do: Callable[[], object]) -> None:
        if self._listens:
            try:
                do()
            except BrokenPipeError:
                self._listens = False


def _words(said: IO[bytes]) -> str:
    said.seek(0)
    return said.read(4000).decode(errors="replace").strip()


def _digest(path: Path) -> str:
    digest: Any = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(READ):
            digest.update(chunk)
    return str(digest.hexdigest())
