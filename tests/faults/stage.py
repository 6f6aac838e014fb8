"""The product's own processes on services of their own, durable ones, to be killed, frozen, starved
and started again."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

import psutil
import psycopg

from aiworld.devstack import probes
from aiworld.devstack.account import unprivileged
from aiworld.devstack.folders import prepare
from aiworld.devstack.postgres import PORT, Postgres
from aiworld.devstack.processes import Process, Program
from aiworld.devstack.valkey import BROKER, CACHE, Valkey
from aiworld.settings.env import BASE_DIR
from tests.devstack.running import free_port

PATIENCE = 90.0
HOST = "127.0.0.1"


class Stage:
    def __init__(self, database: str, *, processes: int = 2) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="aiworld-faults-", dir="/tmp"))
        self._account = unprivileged()
        self.folders = prepare(self.folder, self._account)
        self.database = database
        self.port = free_port()
        self.processes = processes
        self._running: dict[str, Process] = {}
        sockets = self.folders.sockets
        self.postgres = Postgres(
            home=self.folders.postgres,
            sockets=sockets / "postgres",
            log=self.folders.log("postgres"),
            account=self._account,
            durable=True,
        )
        self._valkeys = {
            name: Valkey(
                name=name,
                folder=self.folder / name,
                socket=sockets / f"{name}.sock",
                log=self.folders.log(name),
                options=options,
            )
            for name, options in (("cache", CACHE), ("broker", BROKER))
        }
        self.settings: dict[str, str] = {}
        """What a test sets before it starts a process."""

    @property
    def address(self) -> str:
        return f"{HOST}:{self.port}"

    def copy_from(self, host: str) -> None:
        """The data of another PostgreSQL, file by file: migrated and filled already."""
        self.postgres.home.mkdir(mode=0o711, parents=True, exist_ok=True)
        for folder in (self.postgres.home / "data", self.postgres.sockets):
            folder.mkdir(mode=0o700, parents=True)
            if self._account:
                self._account.own(folder)
        arguments = ("-D", self.postgres.data, "-h", host, "-p", PORT, "-U", "postgres")
        copying = self.postgres._program(
            "pg_basebackup", *arguments, "-X", "stream", "-c", "fast", "--no-sync"
        )
        process = Process(copying)
        assert process.popen.wait(60) == 0, process.last_words()

    def start(self, *names: str) -> None:
        for name in names:
            program = getattr(self, f"_{name}")()
            self._running[name] = Process(program)
        for name in names:
            self.wait(name)

    def wait(self, name: str) -> None:
        process, ends = self._running[name], time.monotonic() + PATIENCE
        while not process.program.ready():
            assert process.ended() is None, f"{name} ended:\n{process.last_words(40)}"
            assert time.monotonic() < ends, f"{name} is not ready:\n{process.last_words(40)}"
            time.sleep(0.05)

    def pid(self, name: str) -> int:
        return self._running[name].pid

    def all_of(self, name: str) -> list[psutil.Process]:
        """The process and its children, it first."""
        process = psutil.Process(self.pid(name))
        return [process, *process.children(recursive=True)]

    def kill(self, name: str) -> None:
        """As kill -9 does, and all its children."""
        for process in self.all_of(name):
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self._running.pop(name).popen.wait(10)

    def freeze(self, name: str) -> None:
        for process in self.all_of(name):
            process.suspend()

    def thaw(self, name: str) -> None:
        for process in self.all_of(name):
            process.resume()

    def signal(self, name: str, number: int) -> None:
        os.kill(self.pid(name), number)

    def stop(self, name: str) -> int:
        process = self._running.pop(name)
        process.ask_to_stop()
        process.wait_until(time.monotonic() + 20)
        return int(process.popen.returncode)

    def sql(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        with psycopg.connect(
            host=str(self.postgres.sockets),
            port=PORT,
            user="postgres",
            dbname=self.database,
            autocommit=True,
            connect_timeout=5,
        ) as session:
            cursor = session.execute(statement, values or None)
            return cursor.fetchall() if cursor.description else []

    def logs(self, name: str) -> str:
        path = self.folders.log(name)
        return path.read_text(errors="replace") if path.exists() else ""

    def close(self) -> None:
        for name in list(self._running):
            for process in self.all_of(name) if self._running[name].ended() is None else []:
                with suppress(psutil.NoSuchProcess):
                    process.resume()
        for name in [*(set(self._running) - {"postgres", "cache", "broker"}), *self._running]:
            if name in self._running:
                self.stop(name)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _postgres(self) -> Program:
        self.postgres.create(lambda program: None)
        return self.postgres.program()

    def _cache(self) -> Program:
        return self._valkeys["cache"].program()

    def _broker(self) -> Program:
        return self._valkeys["broker"].program()

    def _grpc(self) -> Program:
        processes = str(self.processes)
        arguments = ("manage.py", "grpcserver", "--host", HOST, "--port", str(self.port))
        ready = partial(probes.serves, HOST, str(self.port))
        return self._ours("grpc", (*arguments, "--processes", processes), ready)

    def _worker(self) -> Program:
        node = f"faults-{self.port}@here"
        self.folders.log("worker").unlink(missing_ok=True)
        celery = ("-m", "celery", "-A", "aiworld", "worker", "-n", node, "-l", "INFO")
        return self._ours("worker", celery, lambda: " ready." in self.logs("worker"))

    def _beat(self) -> Program:
        schedule = self.folder / "beat-schedule"
        celery = ("-m", "celery", "-A", "aiworld", "beat", "-s", str(schedule), "--pidfile=")
        return self._ours("beat", celery, lambda: True)

    def _ours(self, name: str, arguments: tuple[str, ...], ready) -> Program:
        return Program(
            name=name,
            argv=[sys.executable, *arguments],
            env=self.env,
            log=self.folders.log(name),
            cwd=BASE_DIR,
            ready=ready,
            stop_signal=signal.SIGTERM,
        )

    @property
    def env(self) -> dict[str, str]:
        sockets = self.folders.sockets
        return dict(os.environ) | {
            "AIWORLD_DATA": str(self.folder),
            "POSTGRES_HOST": str(self.postgres.sockets),
            "POSTGRES_DB": self.database,
            "REDIS_URL": f"unix://{sockets}/cache.sock?db=0",
            "CELERY_BROKER_URL": f"redis+socket://{sockets}/broker.sock?virtual_host=0",
            "CHANNELS_REDIS_URL": f"unix://{sockets}/broker.sock?db=1",
            "REDIS_TIMEOUT": "0.05",
            "DB_POOL_SIZE": "12",
            "LOG_LEVEL": "INFO",
            "PYTHONUNBUFFERED": "1",
            "PYTEST_XDIST_WORKER": "",
        } | self.settings  # fmt: skip
