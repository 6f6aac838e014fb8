"""The archive of a server, generic over the catalogue: whatever tables its schema has, each is
streamed by COPY into one CSV of a zip, in that server's context and one snapshot, so that memory
stays the same however large it is and the tables fit together."""

from __future__ import annotations

import hashlib
import json
import os
import threading
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from aiworld.errors import Unavailable
from tenants.context import in_schema, in_tenant
from tenants.models import AuditEntry, Server

LEFT_OUT = ("django_migrations",)
README = """\
Everything that AI World keeps of the server "{name}" ({server_id}), as of {at}.

tables/*.csv       one file a table, UTF-8, its first line the columns, as written by
                   PostgreSQL's COPY: an empty field is NULL, "" an empty text. Load one with
                   \\copy TABLE FROM 'tables/TABLE.csv' WITH (FORMAT csv, HEADER)
server.json        its settings
members.jsonl      its members and their roles, one JSON object a line
keys.jsonl         its API keys, without what could be used as one
invitations.jsonl  who was asked to join
audit.jsonl        who did what
manifest.json      rows and SHA-256 of every file above
"""


@dataclass
class Copied:
    """Written by the thread that copies, read by the one that tells."""

    total: int = 0
    files: list[dict[str, Any]] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)


def write(server: Server, part: Path, copied: Copied) -> None:
    opened = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with (
            os.fdopen(opened, "wb") as file,
            zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive,
        ):
            _add_tables(archive, server, copied)
            _add_records(archive, server, copied)
            archive.writestr("README.txt", _readme(server))
            archive.writestr("manifest.json", _manifest(server, copied))
    finally:
        connection.close()  # this thread's own


def _add_tables(archive: zipfile.ZipFile, server: Server, copied: Copied) -> None:
    with in_tenant(server), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        tables = _tables(server)
        copied.total = len(tables)
        for table in tables:
            _add(archive, f"tables/{table}.csv", _Copy(table, server, copied.stop), copied)


def _tables(server: Server) -> list[str]:
    """Partitions come with their parents."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT relname FROM pg_class
            WHERE relnamespace = %s::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
              AND relname <> ALL(%s) ORDER BY relname
            """,
            [server.schema_name, list(LEFT_OUT)],
        )
        return [name for (name,) in cursor.fetchall()]


class _Copy:
    """The bytes of a table; `rows` once they are all read."""

    def __init__(self, table: str, server: Server, stop: threading.Event) -> None:
        quote = connection.ops.quote_name
        self.name = f"{quote(server.schema_name)}.{quote(table)}"
        self.stop, self.rows = stop, 0

    def __iter__(self) -> Iterator[bytes]:
        with connection.cursor() as cursor:
            with cursor.copy(
                f"COPY (SELECT * FROM {self.name}) TO STDOUT WITH (FORMAT csv, HEADER)"  # nosec B608: our own name
            ) as copy:
                for chunk in copy:
                    if self.stop.is_set():
                        raise Unavailable("the export was stopped")
                    yield bytes(chunk)
            self.rows = cursor.rowcount


class _Lines:
    """Records as lines of JSON."""

    def __init__(self, records: Iterable[dict[str, Any]]) -> None:
        self.records, self.rows = records, 0

    def __iter__(self) -> Iterator[bytes]:
        for record in self.records:
            self.rows += 1
            yield _json(record).encode() + b"\n"


def _add(archive: zipfile.ZipFile, name: str, source: _Copy | _Lines, copied: Copied) -> None:
    digest, size = hashlib.sha256(), 0
    with archive.open(name, "w", force_zip64=True) as file:
        for chunk in source:
            file.write(chunk)
            digest.update(chunk)
            size += len(chunk)
    about = {"file": name, "rows": source.rows, "bytes": size, "sha256": digest.hexdigest()}
    copied.files.append(about)


def _add_records(archive: zipfile.ZipFile, server: Server, copied: Copied) -> None:
    """What the shared tables know of this server. No digest of a key or a link leaves."""
    with in_schema():
        mine: dict[str, Iterable[dict[str, Any]]] = {
            "server.json": [_settings(Server.objects.get(pk=server.pk))],
            "members.jsonl": server.memberships.values(
                "role", "created_at", username=F("user__username"), email=F("user__email")
            ),
            "keys.jsonl": server.api_keys.values(
                "name", "prefix", "created_at", "expires_at", "revoked_at", "last_used_at"
            ),
            "invitations.jsonl": server.invitations.values(
                "email", "role", "created_at", "expires_at", "accepted_at", "revoked_at"
            ),
            "audit.jsonl": _audit(server),
        }
        for name, records in mine.items():
            _add(archive, name, _Lines(records), copied)


def _audit(server: Server) -> Iterable[dict[str, Any]]:
    entries = AuditEntry.objects.filter(server_public_id=server.server_id).order_by("id")
    columns = ("created_at", "actor_name", "action", "target", "details", "address")
    return (dict(row) for row in entries.values(*columns).iterator())


def _settings(server: Server) -> dict[str, Any]:
    return {f.name: getattr(server, f.attname) for f in server._meta.concrete_fields}


def _manifest(server: Server, copied: Copied) -> str:
    return _json(
        {"server_id": server.server_id, "made_at": timezone.now(), "files": copied.files}, indent=1
    )


def _readme(server: Server) -> str:
    at = timezone.now().isoformat(timespec="seconds")
    return README.format(name=server.name, server_id=server.server_id, at=at)


def _json(value: object, **options: Any) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, **options)
