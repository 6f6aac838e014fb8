"""Embedded Valkey servers: two, since a full cache has to forget and a queue must not."""

import os
import socket
from dataclasses import dataclass
from pathlib import Path

from aiworld.devstack import wheels
from aiworld.devstack.processes import Program

CACHE = {"maxmemory": "256mb", "maxmemory-policy": "allkeys-lru", "save": "", "appendonly": "no"}
BROKER = {"maxmemory-policy": "noeviction", "save": "", "appendonly": "yes"}
BRIEF_BROKER = BROKER | {"appendonly": "no"}


@dataclass(frozen=True, kw_only=True)
class Valkey:
    name: str
    folder: Path
    socket: Path
    log: Path
    options: dict[str, str]

    def program(self) -> Program:
        self.folder.mkdir(mode=0o700, exist_ok=True)
        self.socket.unlink(missing_ok=True)
        options = self.options | {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.folder),
        }
        arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
        return Program(
            name=self.name,
            argv=[wheels.valkey(), *arguments],
            env={"PATH": os.defpath, "LC_ALL": "C"},
            log=self.log,
            ready=self.ready,
            service=True,
        )

    def ready(self) -> bool:
        """False while it still reads its append-only file, too."""
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1)
            try:
                client.connect(str(self.socket))
                client.sendall(b"PING\r\n")
                return client.recv(64).startswith(b"+PONG")
            except OSError:
                return False
