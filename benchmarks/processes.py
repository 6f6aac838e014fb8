"""The product's own processes, and what they are compared with, started for a measurement."""

from __future__ import annotations

import json
import os
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from django.conf import settings

from aiworld.devstack import probes
from aiworld.devstack.processes import Program
from aiworld.devstack.supervisor import Supervisor
from aiworld.settings.env import BASE_DIR
from grpc_api.server import options

HOST = "127.0.0.1"
NO_LLM = {"DEEPSEEK_API_KEY": "", "DEEPSEEK_API_BASE": "https://api.deepseek.com"}
NOBODY = "/nonexistent/inference.sock"


@dataclass(frozen=True)
class Started:
    address: str
    pid: int


class Processes:
    def __init__(self, supervisor: Supervisor, folder: Path) -> None:
        self._supervisor, self._folder = supervisor, folder

    def grpc_server(self, name: str, env: Mapping[str, str]) -> Started:
        """`manage.py grpcserver`, without a language model unless `env` names one."""
        port = free_port()
        return self._start(
            name,
            ["manage.py", "grpcserver", "--host", HOST, "--port", str(port)],
            NO_LLM | dict(env),
            port,
            partial(probes.serves, HOST, str(port)),
        )

    def echo(self) -> Started:
        port = free_port()
        arguments = ["-m", "benchmarks.echo", str(port), json.dumps(options())]
        return self._start("echo", arguments, {}, port, partial(_listens, port))

    def llm(self, name: str, *, delay: float) -> Started:
        """A fake language model that answers after `delay` seconds."""
        port = free_port()
        arguments = ["-m", "tests.llm_endpoint", "--port", str(port), "--delay", str(delay)]
        return self._start(name, arguments, {}, port, partial(_listens, port))

    def parrot(self) -> Started:
        """A language model that tells all it was told (`benchmarks.replay.parrot`)."""
        port = free_port()
        arguments = ["-m", "benchmarks.replay.parrot", "--port", str(port)]
        return self._start("parrot", arguments, {}, port, partial(_listens, port))

    def inference(self) -> int:
        """The real inference process at the address the settings name; its process id."""
        address = settings.INFERENCE_SOCKET
        ready = partial(probes.infers, address)
        return self._start("inference", ["manage.py", "inferenceserver"], {}, 0, ready).pid

    def inference_server(
        self, name: str, arguments: Sequence[str], env: Mapping[str, str]
    ) -> Started:
        """Another one, at an address of its own."""
        address = str(self._folder / f"{name}.sock")
        command = ["manage.py", "inferenceserver", "--socket", address, *arguments]
        pid = self._start(name, command, env, 0, partial(probes.infers, address)).pid
        return Started(address, pid)

    def _start(
        self,
        name: str,
        arguments: list[str],
        env: Mapping[str, str],
        port: int,
        ready: Callable[[], bool],
    ) -> Started:
        program = Program(
            name=name,
            argv=[sys.executable, *arguments],
            env=os.environ | dict(env),
            log=self._folder / f"{name}.log",
            cwd=BASE_DIR,
            ready=ready,
        )
        process = self._supervisor.start(program)
        self._supervisor.wait_ready([process], seconds=60)
        return Started(f"{HOST}:{port}", process.pid)


@contextmanager
def processes() -> Iterator[Processes]:
    """All that is started through it ends with it."""
    with tempfile.TemporaryDirectory() as path:
        folder = Path(path)
        with Supervisor(folder / "children") as supervisor:
            yield Processes(supervisor, folder)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0
