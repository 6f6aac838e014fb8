"""PostgreSQL refuses to run as root, so under root it runs as `nobody`."""

import os
import pwd
from dataclasses import dataclass
from pathlib import Path

UNPRIVILEGED = "nobody"


@dataclass(frozen=True)
class Account:
    name: str
    uid: int
    gid: int

    def own(self, path: Path) -> None:
        os.chown(path, self.uid, self.gid)


def unprivileged() -> Account | None:
    """The account to change to, or None where we are not root and stay who we are."""
    if os.geteuid() != 0:
        return None
    entry = pwd.getpwnam(UNPRIVILEGED)
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def myself() -> str:
    return pwd.getpwuid(os.geteuid()).pw_name


def reachable(path: Path) -> bool:
    """True if every user may walk to this path."""
    path = path.resolve()
    existing = [place for place in (path, *path.parents) if place.exists()]
    return all(place.stat().st_mode & 0o001 for place in existing)
