"""A throw-away MariaDB, and a game's connection to it: through the C library that rAthena uses."""

import contextlib
import ctypes
import ctypes.util
import hashlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import pymysql

NEEDED = ("mariadbd", "mariadb-install-db")
MISSING = "no MariaDB found: the mailbox tests need it (Debian: apt install mariadb-server)"
AS_ROOT = ["--user=root"] if os.getuid() == 0 else []
SQL = Path(__file__).parents[3] / "clients/rathena/tier0/sql"


def is_installed():
    return all(shutil.which(name) for name in NEEDED) and ctypes.util.find_library("mariadb")


@dataclass
class Server:
    folder: Path
    port: int
    process: subprocess.Popen | None = None

    @property
    def socket(self):
        return str(self.folder / "s.sock")

    def start(self):
        with (self.folder / "log").open("a") as log:
            self.process = self._run(log)
        self._wait()

    def _run(self, log):
        return subprocess.Popen(
            [
                "mariadbd", "--no-defaults", f"--datadir={self.folder / 'data'}",
                f"--socket={self.socket}", "--bind-address=127.0.0.1", f"--port={self.port}",
                "--innodb-buffer-pool-size=16M", "--innodb-log-file-size=8M",
                "--innodb-flush-log-at-trx-commit=0", "--skip-log-bin", "--performance-schema=OFF",
                *AS_ROOT,
            ],
            stdout=subprocess.DEVNULL,
            stderr=log,
        )  # fmt: skip

    def _wait(self):
        for _ in range(2400):
            with socket.socket(socket.AF_UNIX) as door:
                if door.connect_ex(self.socket) == 0:
                    return
            assert self.process.poll() is None, (self.folder / "log").read_text()[-2000:]
            time.sleep(0.05)
        raise AssertionError("MariaDB does not start")

    def stop(self):
        self.process.terminate()
        self.process.wait(30)

    def root(self, database=None):
        return pymysql.connect(
            unix_socket=self.socket, user="root", database=database, autocommit=True
        )


def template(cache):
    """A data folder fresh from the installer, made once and copied from then on."""
    version = subprocess.run(["mariadbd", "--version"], capture_output=True).stdout
    made = cache / hashlib.sha256(version).hexdigest()[:12]
    if not made.exists():
        with tempfile.TemporaryDirectory(dir=cache) as folder:
            done = subprocess.run(
                [
                    "mariadb-install-db", "--no-defaults", f"--datadir={folder}/data",
                    "--skip-test-db", "--auth-root-authentication-method=normal",
                    "--innodb-log-file-size=8M", *AS_ROOT,
                ],
                capture_output=True, text=True,
            )  # fmt: skip
            assert done.returncode == 0, done.stdout + done.stderr
            with contextlib.suppress(OSError):  # another worker was faster
                os.rename(f"{folder}/data", made)
    return made


@contextlib.contextmanager
def throwaway(cache):
    with tempfile.TemporaryDirectory(prefix="aiworld-mariadb-") as folder:
        folder = Path(folder)
        shutil.copytree(template(cache), folder / "data")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        server = Server(folder, port)
        server.start()
        yield server
        server.stop()


class Game:
    """The map-server's own connections, as rAthena opens them: one is asked to escape, the other
    gets `SET NAMES` and the queries. Texts are bytes."""

    def __init__(self, server, database, names=None):
        self.library = ctypes.CDLL(ctypes.util.find_library("mariadb"))
        for name, result in (
            ("mysql_init", ctypes.c_void_p),
            ("mysql_real_connect", ctypes.c_void_p),
            ("mysql_store_result", ctypes.c_void_p),
            ("mysql_fetch_row", ctypes.POINTER(ctypes.c_void_p)),
            ("mysql_fetch_lengths", ctypes.POINTER(ctypes.c_ulong)),
            ("mysql_error", ctypes.c_char_p),
            ("mysql_real_escape_string", ctypes.c_ulong),
        ):
            getattr(self.library, name).restype = result
        self.escaping = self._connected(server, database)
        self.asking = self._connected(server, database)
        if names:
            for handle in (self.escaping, self.asking):
                self._run(handle, b"SET NAMES " + names.encode())

    def _connected(self, server, database):
        handle = ctypes.c_void_p(self.library.mysql_init(None))
        found = self.library.mysql_real_connect(
            handle, None, b"root", None, database.encode(), 0, server.socket.encode(),
            ctypes.c_ulong(0),
        )  # fmt: skip
        assert found, self.library.mysql_error(handle)
        return handle

    def escape(self, text):
        text = text.split(b"\0")[0]  # a script's string ends there
        made = ctypes.create_string_buffer(len(text) * 2 + 1)
        size = self.library.mysql_real_escape_string(
            self.escaping, made, text, ctypes.c_ulong(len(text))
        )
        return made.raw[:size]

    def query(self, statement):
        """Rows of bytes. Raises AssertionError with MariaDB's words."""
        return self._run(self.asking, statement)

    def _run(self, handle, statement):
        failed = self.library.mysql_real_query(handle, statement, ctypes.c_ulong(len(statement)))
        assert not failed, (self.library.mysql_error(handle), statement)
        result = self.library.mysql_store_result(handle)
        if not result:
            return []
        result = ctypes.c_void_p(result)
        columns = self.library.mysql_num_fields(result)
        rows = []
        while row := self.library.mysql_fetch_row(result):
            sizes = self.library.mysql_fetch_lengths(result)
            rows.append(
                [ctypes.string_at(row[i], sizes[i]) if row[i] else None for i in range(columns)]
            )
        self.library.mysql_free_result(result)
        return rows

    def close(self):
        for handle in (self.escaping, self.asking):
            self.library.mysql_close(handle)
