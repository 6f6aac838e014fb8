"""The proof of a backup: it is restored, into a PostgreSQL of its own that is thrown away, and what
is there then is compared with what was counted when it was made.

That PostgreSQL is the embedded one: it needs no right on the real one, and cannot harm it."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from aiworld.devstack.account import unprivileged
from aiworld.devstack.errors import StackError
from aiworld.devstack.folders import prepare
from aiworld.devstack.postgres import PORT, USER, Postgres
from aiworld.devstack.supervisor import Supervisor
from aiworld.errors import Invalid, Unavailable
from tenants.backups import counting, reading, store
from tenants.backups.manifest import PUBLIC
from tenants.backups.reading import Opened, Telling
from tenants.backups.store import Backup
from tenants.backups.targets import Target

DATABASE = "aiworld"
PATIENCE = 60.0
ROOM = 6
"""A restored database with its indexes, in sealed bytes: rows are stored compressed in a dump."""


@dataclass(frozen=True, kw_only=True)
class Proof:
    seconds: float
    servers: int
    tables: int
    rows: int


def prove(
    backup: Backup, identities: Sequence[str], *, tell: Telling = lambda part, done, total: None
) -> Proof:
    """Raises Invalid with what differs. Writes down when it was proven."""
    began = time.monotonic()
    whole = reading.opened(backup, identities)
    parts = whole.manifest.parts
    reading.check_files(whole, parts, tell)
    with _scratch(whole) as target:
        differing = _restored(whole, target, tell)
    if differing:
        raise Invalid(f"{backup.name} does not hold what was dumped: {'; '.join(differing[:10])}")
    proof = Proof(
        seconds=time.monotonic() - began,
        servers=sum(part.schema != PUBLIC for part in parts),
        tables=sum(len(part.tables) for part in parts),
        rows=sum(rows for part in parts for rows, _ in part.tables.values()),
    )
    told = {"proven_at": timezone.now().isoformat(), "proof_seconds": round(proof.seconds, 1)}
    store.tell(backup.path, **told)
    return proof


def _restored(whole: Opened, target: Target, tell: Telling) -> list[str]:
    """What differs, in words."""
    done, differing = 0, []
    total = sum(part.bytes for part in whole.manifest.parts)
    alone = not whole.manifest.whole
    for part in whole.manifest.parts:
        name = part.server.get("server_id", part.schema)
        tell(name, done, total)
        reading.load(whole, part, target)
        with target.connect() as session:
            found = counting.counted(session, part.schema)
        differing += [f"{name}: {each}" for each in counting.differences(part.tables, found)]
        if not alone:  # what one server's rows refer to is not in a backup of it alone
            reading.complete(whole, part, target)
        done += part.bytes
    tell("", total, total)
    return differing


@contextmanager
def _scratch(whole: Opened) -> Iterator[Target]:
    """An empty database with roles and extensions, in a PostgreSQL that goes away."""
    place = settings.BACKUP_SCRATCH_DIR
    size = sum(part.bytes for part in whole.manifest.parts) * ROOM + store.RESERVE
    if (free := shutil.disk_usage(place).free) < size:
        raise Unavailable(
            f"not enough room to restore it: {place} has {free >> 20} MB, {size >> 20} MB are "
            "needed; set BACKUP_SCRATCH_DIR to another disk"
        )
    folder = Path(tempfile.mkdtemp(prefix="aiworld-proof-", dir=place))
    try:
        account = unprivileged()
        folders = prepare(folder, account)
        postgres = Postgres(
            home=folders.postgres,
            sockets=folders.sockets / "postgres",
            log=folders.log("postgres"),
            account=account,
            durable=False,
        )
        with Supervisor(folders.children) as supervisor:
            postgres.create(supervisor.run)
            supervisor.wait_ready([supervisor.start(postgres.program())], seconds=PATIENCE)
            postgres.prepare(DATABASE, login=whole.manifest.login)
            yield _target(postgres, whole.manifest.login)
    except StackError as error:
        raise Unavailable(f"no PostgreSQL to restore into: {error}") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _target(postgres: Postgres, login: str) -> Target:
    where = {"HOST": str(postgres.sockets), "PORT": PORT, "USER": USER, "PASSWORD": ""}
    return Target(database=where | {"NAME": DATABASE}, login=login)
