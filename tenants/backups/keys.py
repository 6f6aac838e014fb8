"""Who a backup is sealed for, and the file with what opens it."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings

from aiworld.errors import Invalid, Unavailable
from tenants.backups import age

HEAD = "# Opens the backups of AI World. Whoever has it reads everything; without it nobody does.\n"


def make(path: Path) -> str:
    """A new identity in a file that only we can read; returns its recipient. Raises Invalid if
    the file exists: what it opens would be lost."""
    identity, recipient = age.generated()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        opened = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        raise Invalid(f"{path} exists; backups may need it, so it is not overwritten") from None
    with os.fdopen(opened, "w") as file:
        file.write(f"{HEAD}# public key: {recipient}\n{identity}\n")
    return recipient


def identities(path: Path | None = None) -> list[str]:
    """Those of the file, one a line. Raises Unavailable without a file, Invalid for a bad one."""
    path = path or settings.BACKUP_KEY_FILE
    if path is None:
        raise Unavailable("which key opens it? Set BACKUP_KEY_FILE, or give --key FILE")
    try:
        if path.stat().st_mode & 0o077:
            raise Invalid(f"others can read {path}: chmod 600 {path}")
        lines = [line.strip() for line in path.read_text().splitlines()]
    except OSError as error:
        raise Unavailable(f"the key file cannot be read: {error}") from None
    except UnicodeDecodeError:
        raise Invalid(f"{path} is no key file") from None
    found = [line for line in lines if line and not line.startswith("#")]
    if not found:
        raise Invalid(f"{path} has no key in it")
    for each in found:
        age.recipient_of(each)
    return found


def recipients() -> list[str]:
    """Raises Unavailable if nobody is named: nothing is written that is not sealed."""
    if settings.BACKUP_RECIPIENTS:
        return list(settings.BACKUP_RECIPIENTS)
    if settings.BACKUP_KEY_FILE:
        return [age.recipient_of(each) for each in identities()]
    raise Unavailable(
        "who may open the backup? `manage.py backup_key FILE` makes a key; then set "
        "BACKUP_KEY_FILE to the file, or BACKUP_RECIPIENTS to the public key it prints"
    )


def chosen() -> bool:
    """Whether backups can be made here."""
    return bool(settings.BACKUP_RECIPIENTS or settings.BACKUP_KEY_FILE)
