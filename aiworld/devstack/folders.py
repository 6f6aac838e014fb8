"""Where the stack keeps its things.

`data` holds what must survive; `sockets` is short (a unix socket's path ends at 107 bytes) and may
vanish. Under root, PostgreSQL's files must lie where another account can walk to.
"""

import hashlib
import os
import re
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

from aiworld.devstack.account import Account, reachable
from aiworld.devstack.errors import StackError

LONGEST_SOCKET = 100
URL_SAFE = re.compile(r"[A-Za-z0-9/._-]+")
OUTSIDE = Path("/var/lib/aiworld")


@dataclass(frozen=True, kw_only=True)
class Folders:
    data: Path
    sockets: Path
    postgres: Path

    @property
    def logs(self) -> Path:
        return self.data / "logs"

    @property
    def run(self) -> Path:
        return self.data / "run"

    @property
    def secrets(self) -> Path:
        return self.data / "secrets.env"

    @property
    def demo(self) -> Path:
        return self.data / "demo.json"

    @property
    def stack(self) -> Path:
        return self.run / "stack.env"

    @property
    def lock(self) -> Path:
        return self.run / "lock"

    @property
    def children(self) -> Path:
        return self.run / "children.json"

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def remove(self) -> None:
        for folder in (self.postgres, self.sockets, self.data):
            shutil.rmtree(folder, ignore_errors=True)


def prepare(data: Path, account: Account | None) -> Folders:
    """Makes the folders under `data`, or elsewhere what cannot lie there."""
    # Under root the folder may be walked through (by PostgreSQL's account) but not listed.
    _made(data, mode=0o711 if account else 0o700)
    inside = account is None or reachable(data)
    folders = Folders(
        data=data,
        sockets=_socket_folder(data, account),
        postgres=data / "postgres" if inside else OUTSIDE / _mark(data) / "postgres",
    )
    for folder in (folders.logs, folders.run):
        _made(folder, mode=0o711 if account else 0o700)
    return folders


def _socket_folder(data: Path, account: Account | None) -> Path:
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    places = [Path(runtime)] if runtime else []
    candidates = [data / "run" / "s"]
    candidates += [
        place / f"aiworld-{os.geteuid()}-{_mark(data)}"
        for place in (*places, Path("/tmp"))  # nosec B108: a folder of our own below
    ]
    for folder in candidates:
        if _fits(folder) and (account is None or reachable(folder)):
            return _made(folder, mode=0o711 if account else 0o700)
    raise StackError(
        f"No folder for sockets has a short, plain path; tried {', '.join(map(str, candidates))}."
    )


def _fits(folder: Path) -> bool:
    longest = folder / "postgres" / ".s.PGSQL.65535"
    plain = URL_SAFE.fullmatch(str(folder)) is not None
    return plain and len(os.fsencode(longest)) <= LONGEST_SOCKET


def _made(folder: Path, *, mode: int) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    found = folder.lstat()
    # In /tmp somebody else may have been here first.
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise StackError(
            f"{folder} belongs to another user; remove it or set AIWORLD_DATA to another folder."
        )
    folder.chmod(mode)
    return folder


def _mark(data: Path) -> str:
    return hashlib.sha256(os.fsencode(data)).hexdigest()[:10]
