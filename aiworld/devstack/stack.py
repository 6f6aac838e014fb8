"""`make up`: everything, in order, until Ctrl-C."""

import json
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import psycopg

from aiworld.devstack import (
    applications,
    credentials,
    disk,
    dotenv,
    environment,
    lock,
    ports,
    preparation,
    services,
)
from aiworld.devstack.account import unprivileged
from aiworld.devstack.errors import Interrupted, StackError
from aiworld.devstack.folders import Folders, prepare
from aiworld.devstack.postgres import Postgres
from aiworld.devstack.processes import Program
from aiworld.devstack.screen import Screen
from aiworld.devstack.supervisor import Supervisor

LISTENING = {"GRPC_PORT": "GRPC_HOST", "PORT": "HOST"}
PATIENCE = 180.0
BEHIND_THE_GAME = 5
"""Niceness of it all: a map-server on the same machine comes first where processors are few."""

Programs = Callable[[Path, Mapping[str, str], Folders], list[Program]]


def up(root: Path = environment.ROOT, programs: Programs = applications.programs) -> int:
    """Runs until it is told to stop (0) or something breaks (1)."""
    screen = Screen()
    started = time.monotonic()
    try:
        account = unprivileged()
        given = environment.given(root)
        folders = prepare(environment.data_folder(given, root), account)
        with lock.held(folders.lock), Supervisor(folders.children) as supervisor:
            supervisor.obey_signals()
            os.nice(BEHIND_THE_GAME)
            plan = environment.plan(given, folders, credentials.kept(folders.secrets))
            stack = Stack(root, programs, folders, plan, screen, supervisor)
            return stack.run(started)
    except (StackError, OSError) as error:
        screen.fail(str(error))
        return 1


class Stack:
    def __init__(
        self,
        root: Path,
        programs: Programs,
        folders: Folders,
        plan: environment.Plan,
        screen: Screen,
        supervisor: Supervisor,
    ) -> None:
        self.root = root
        self.programs = programs
        self.folders = folders
        self.plan = plan
        self.screen = screen
        self.supervisor = supervisor

    def run(self, started: float) -> int:
        try:
            self._start()
            self._welcome(time.monotonic() - started)
            while True:
                self.supervisor.watch(pause=0.2)
        except Interrupted:
            self.screen.say("Stopping ...")
            return 0
        except (StackError, OSError, psycopg.Error) as error:
            # Said now, since stopping the rest takes a while.
            self.screen.fail(str(error))
            return 1
        finally:
            self.folders.stack.unlink(missing_ok=True)

    def _start(self) -> None:
        with self.screen.step("ports and disk space"):
            disk.require(self.folders.data, disk.NEEDED)
            for port, host in LISTENING.items():
                ports.require_free(port, self.plan.values[host], self.plan.values[port])
        with self.screen.step("Valkey" if self.plan.embedded_cache else "Redis"):
            self._start_redis()
        with self.screen.step("PostgreSQL"):
            postgres = self._start_postgres()
        dotenv.write(self.folders.stack, self.plan.exported)
        self._prepare(postgres)
        self._start_programs()

    def _start_redis(self) -> None:
        services.start_valkeys(self.supervisor, self.folders, self.plan, durable=True)
        if not self.plan.embedded_cache:
            services.require_redis(self.plan.values)

    def _start_postgres(self) -> Postgres | None:
        if self.plan.embedded_postgres:
            return services.start_postgres(
                self.supervisor, self.folders, self.plan, unprivileged(), durable=True
            )
        services.require_postgres(self.plan.values)
        return None

    def _prepare(self, postgres: Postgres | None) -> None:
        """Migrations and demo server, unless the embedded database says that it has them."""
        addresses = {name: self.plan.values[name] for pair in LISTENING.items() for name in pair}
        wanted = preparation.fingerprint(self.root, addresses)
        if postgres and self._prepared(postgres, wanted):
            return
        for title, command in (("migrations", "migrate"), ("demo game server", "demo")):
            with self.screen.step(title):
                self.supervisor.run(
                    applications.manage(self.root, self.plan.values, self.folders, command)
                )
        if postgres:
            with postgres.connect(self.plan.values["POSTGRES_DB"]) as connection:
                preparation.remember(connection, wanted)

    def _prepared(self, postgres: Postgres, wanted: str) -> bool:
        with postgres.connect(self.plan.values["POSTGRES_DB"]) as connection:
            return preparation.done(connection, wanted, self.folders.demo)

    def _start_programs(self) -> None:
        began = time.monotonic()
        programs = self.programs(self.root, self.plan.values, self.folders)
        processes = [self.supervisor.start(program) for program in programs]
        with self.screen.console.status("starting the processes ..."):
            self.supervisor.wait_ready(
                processes, seconds=PATIENCE, report=lambda name: self.screen.done(name, began)
            )

    def _welcome(self, seconds: float) -> None:
        demo = self.folders.demo
        facts = json.loads(demo.read_text()) if demo.exists() else {}
        # Not EMAIL_URL itself: a password is in it.
        sent = "sent through EMAIL_URL"
        mails = (
            sent if self.plan.values.get("EMAIL_URL") else f"files in {self.folders.data / 'mail'}"
        )
        self.screen.welcome(facts, demo_file=str(demo), mails=mails, seconds=seconds)
