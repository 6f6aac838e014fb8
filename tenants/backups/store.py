"""The folder of backups: each is a folder of sealed files, named for its time.

Beside them lies `about.json`, in the open, with what a listing needs and nothing of their content:
when, which version, how large, when it was last proven."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from aiworld.errors import Invalid, NotFound, Unavailable

ABOUT, MANIFEST = "about.json", "manifest.age"
UNFINISHED = ".unfinished"
RESERVE = 256 * 1024 * 1024
"""Bytes that stay free on the disk."""


@dataclass(frozen=True, kw_only=True)
class Backup:
    path: Path
    about: dict[str, Any]

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def made_at(self) -> datetime:
        return datetime.fromisoformat(self.about["made_at"])

    @property
    def proven_at(self) -> datetime | None:
        """When it was last restored somewhere and found to be the same."""
        told = self.about.get("proven_at")
        return datetime.fromisoformat(told) if told else None

    @property
    def whole(self) -> bool:
        """Of all servers, not of one."""
        return not self.about.get("server_id")


def listed() -> list[Backup]:
    """Finished ones, the newest first."""
    found = [_read(path) for path in settings.BACKUP_DIR.glob(f"*/{ABOUT}")]
    return sorted(found, key=lambda each: (each.made_at, each.name), reverse=True)


def find(name: str) -> Backup:
    """By name, by path, or "latest": the newest of all servers. Raises NotFound."""
    if name == "latest":
        if whole := [each for each in listed() if each.whole]:
            return whole[0]
        raise NotFound(f"there is no backup of all servers in {settings.BACKUP_DIR}")
    path = Path(name) if os.sep in name else settings.BACKUP_DIR / name
    if not (path / ABOUT).is_file():
        raise NotFound(f"there is no backup {path}; `manage.py backup --list` shows what there is")
    return _read(path / ABOUT)


@contextmanager
def begun(server_id: str) -> Iterator[Path]:
    """A folder for a new backup: it has its name once the block ends well, and is gone if it does
    not. Everything in it is on the disk then. Raises Unavailable when the disk is full."""
    settings.BACKUP_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    stamp = timezone.now().astimezone(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    name = "-".join(each for each in (stamp, server_id) if each)
    path = settings.BACKUP_DIR / f"{name}{UNFINISHED}"
    path.mkdir(mode=0o700)
    try:
        yield path
        for each in (*path.iterdir(), path):
            _flush(each)
        path.rename(path.with_name(name))
        _flush(settings.BACKUP_DIR)
    except OSError as error:
        raise Unavailable(f"the backup could not be written: {error}") from error
    finally:
        shutil.rmtree(path, ignore_errors=True)


def require_room(size: int) -> None:
    """`size`: bytes of the tables; a dump of them is smaller. Raises Unavailable."""
    settings.BACKUP_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.BACKUP_DIR).free
    if free < size + RESERVE:
        raise Unavailable(
            f"not enough room in {settings.BACKUP_DIR}: {free >> 20} MB are free, "
            f"{(size + RESERVE) >> 20} MB are needed; free some, or set BACKUP_DIR to another disk"
        )


def tell(path: Path, **about: Any) -> None:
    """Write or extend `about.json`."""
    file = path / ABOUT
    known = json.loads(file.read_text()) if file.exists() else {}
    fresh = file.with_suffix(".new")
    fresh.write_text(json.dumps(known | about, indent=1, sort_keys=True) + "\n")
    os.replace(fresh, file)


def remove(backup: Backup) -> None:
    shutil.rmtree(backup.path)


def clear_unfinished(before: datetime) -> int:
    """What a killed backup left behind; returns how many."""
    gone = 0
    for path in settings.BACKUP_DIR.glob(f"*{UNFINISHED}"):
        if path.stat().st_mtime < before.timestamp():
            shutil.rmtree(path, ignore_errors=True)
            gone += 1
    return gone


def _read(file: Path) -> Backup:
    try:
        backup = Backup(path=file.parent, about=json.loads(file.read_text()))
        backup.made_at, backup.proven_at  # noqa: B018 (they are there and are times)
    except (ValueError, KeyError, TypeError) as error:
        raise Invalid(f"{file} is damaged: {error}") from None
    return backup


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
