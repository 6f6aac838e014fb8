"""Is there room: for game servers, and on the disks?"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from django.conf import settings

from aiworld.devstack.folders import OUTSIDE
from aiworld.settings.env import DATA_DIR
from tenants.context import in_schema
from tenants.diagnosis.finding import OK, Finding, failing, fine, warning
from tenants.models import Server

FULL = "Raise MAX_SERVERS_SUPPORTED or delete servers; nobody can make a new one."
NEARLY = "Free space or add some: docs/runbooks/disk-full.md. A full disk stops PostgreSQL."
WARN, FAIL = 85.0, 95.0
"""Percent of a disk."""


def find(answering: Mapping[str, str]) -> Iterator[Finding]:
    if answering["database"] == OK:
        yield _servers()
    for folder, percent in disks().items():
        check, seen = f"disk of {folder}", f"{percent:.0f} % full"
        if percent > WARN:
            kind = failing if percent > FAIL else warning
            yield kind(check, seen, NEARLY)
        else:
            yield fine(check, seen)


def disks() -> dict[str, float]:
    """One folder of ours on each disk of this machine, and how full that is, in percent of what
    this account may use."""
    found: dict[int, tuple[str, float]] = {}
    for folder in (DATA_DIR, Path(settings.ML_MODEL_PATH), OUTSIDE):
        if folder.is_dir() and (device := os.stat(folder).st_dev) not in found:
            usage = shutil.disk_usage(folder)
            usable = usage.used + usage.free
            found[device] = (str(folder), 100 * usage.used / usable if usable else 100.0)
    return dict(found.values())


def _servers() -> Finding:
    with in_schema():
        there = Server.objects.count()
    seen = f"{there} of {settings.MAX_SERVERS_SUPPORTED} game servers"
    if there >= settings.MAX_SERVERS_SUPPORTED:
        return warning("room", "full", FULL, seen)
    return fine("room", seen)
