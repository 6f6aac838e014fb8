"""Everything of a server in one archive, for its owner to take away: one at a time, for a day."""

from __future__ import annotations

import contextvars
import os
import shutil
import time
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from aiworld.errors import Unavailable
from tenants import audit, server_jobs
from tenants.archiving import Copied, write
from tenants.context import in_schema, in_tenant
from tenants.models import Job, Server
from tenants.server_jobs import Work

TASK = "portal.tasks.export_server"
LIFETIME = timedelta(hours=24)
RESERVE = 512 * 1024 * 1024
"""Bytes that stay free on the disk besides the schema's own size."""
COPYING, CLOSING = gettext_noop("copying the tables"), gettext_noop("closing the archive")
STEPS = (COPYING, CLOSING)
TELLING = 1.0
"""Seconds between two reports."""


def start(server: Server, *, by: User, address: str | None = None) -> Job:
    """Raises Conflict while an export of the server is being made, Unavailable without room."""
    _check_room(server)
    with in_schema(), transaction.atomic():
        job = server_jobs.start(Job.Kind.EXPORT, task=TASK, by=by, server=server)
        audit.note(server, actor=by, action="export.started", address=address)
    return job


def folder(server: Server) -> Path:
    path: Path = settings.EXPORT_DIR / server.server_id
    return path


def ready(job: Job) -> Path | None:
    """The archive of a job that is done, until it expires."""
    if job.kind != Job.Kind.EXPORT or job.state != Job.State.DONE or job.server is None:
        return None
    path = folder(job.server) / f"{job.pk}.zip"
    return path if path.is_file() and _age(path) < LIFETIME.total_seconds() else None


def expires_at(job: Job) -> datetime | None:
    return job.finished_at + LIFETIME if job.finished_at else None


def clear_expired() -> int:
    """Delete archives past their time, and what an interrupted export left; returns how many."""
    gone = 0
    for path in settings.EXPORT_DIR.glob("server-*/*"):
        if _age(path) >= LIFETIME.total_seconds():
            path.unlink(missing_ok=True)
            gone += 1
    for each in settings.EXPORT_DIR.glob("server-*"):
        with suppress(OSError):  # it is not empty
            each.rmdir()
    return gone


def forget(server: Server) -> None:
    """Delete its archives, because the server is deleted."""
    shutil.rmtree(folder(server), ignore_errors=True)


def make(work: Work) -> dict[str, Any]:
    """The job itself. A newer archive replaces older ones of the server."""
    server = work.job.server
    assert server is not None
    _check_room(server)
    target = folder(server) / f"{work.job.pk}.zip"
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    for older in target.parent.iterdir():
        older.unlink()
    part = target.with_suffix(".part")
    copied = Copied()
    try:
        _write_while_telling(work, server, part, copied)
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
    rows = sum(each["rows"] for each in copied.files)
    return {"bytes": target.stat().st_size, "rows": rows, "files": len(copied.files)}


def _write_while_telling(work: Work, server: Server, part: Path, copied: Copied) -> None:
    """Copying has a thread of its own, so that the worker is heard of while a table takes long."""
    with ThreadPoolExecutor(1, thread_name_prefix="export") as threads:
        context = contextvars.copy_context()
        writing = threads.submit(context.run, write, server, part, copied)
        try:
            while not _over(writing):
                work.tell(COPYING, done=len(copied.files), total=copied.total)
        except BaseException:
            copied.stop.set()
            raise
    work.tell(CLOSING, done=copied.total, total=copied.total)
    writing.result()


def _over(writing: Future[None]) -> bool:
    try:
        writing.result(TELLING)
    except NotYet:
        return writing.done()
    return True


def _check_room(server: Server) -> None:
    settings.EXPORT_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    with in_tenant(server), connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(pg_table_size(oid)), 0) FROM pg_class "
            "WHERE relnamespace = %s::regnamespace AND relkind IN ('r', 'm')",
            [server.schema_name],
        )
        size = int(cursor.fetchone()[0])
    if shutil.disk_usage(settings.EXPORT_DIR).free < size + RESERVE:
        raise Unavailable(
            _("There is not enough room on the disk for an export. Tell the operator.")
        )


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return float("inf")
