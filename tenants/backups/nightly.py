"""The backup of every night, and its proof."""

from __future__ import annotations

import fcntl
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from tenants.backups import keys, making, proving, retention

log = logging.getLogger(__name__)


def run() -> str:
    """Make one, prove it if the key is here, clear old ones; returns its name, empty if backups
    were not asked for or one is being made. Raises what `making.make` and `proving.prove` do."""
    if not keys.chosen():
        return ""
    with _alone() as mine:
        if not mine:
            return ""
        backup = making.make()
        log.info("backup %s was made", backup.name)
        if settings.BACKUP_KEY_FILE:
            proof = proving.prove(backup, keys.identities())
            log.info("backup %s was restored in %.0f s and is the same", backup.name, proof.seconds)
        for name in retention.clear():
            log.info("backup %s was past its time", name)
        return backup.name


@contextmanager
def _alone() -> Iterator[bool]:
    settings.BACKUP_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (settings.BACKUP_DIR / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
