"""A stack in another process, for tests that stop it, kill it, or look at what it says."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil

from aiworld.devstack.environment import ROOT

READY = "AI World is ready"
SERVICES = (
    "POSTGRES_",
    "REDIS_",
    "CELERY_",
    "CHANNELS_",
    "AIWORLD_",
    "INFERENCE_",
    "GRPC_",
    "PORT",
)


class Running:
    def __init__(self, root: Path, values: Mapping[str, str]) -> None:
        self.root = root
        self.output = root / "output"
        script = Path(__file__).with_name("fake_stack.py")
        with self.output.open("wb") as output:
            self.popen = subprocess.Popen(
                [sys.executable, script, root],
                env={**clean_environment(), "PYTHONPATH": str(ROOT), **ports(), **values},
                stdout=output,
                stderr=output,
            )

    def wait_for(self, text: str, seconds: float = 40) -> None:
        deadline = time.monotonic() + seconds
        while text not in self.said:
            assert self.popen.poll() is None, self.said
            assert time.monotonic() < deadline, self.said
            time.sleep(0.05)

    @property
    def said(self) -> str:
        return self.output.read_text()

    def descendants(self) -> list[psutil.Process]:
        return psutil.Process(self.popen.pid).children(recursive=True)

    def child(self, log: str) -> int:
        """The process that writes to this log and is a child of the supervisor."""
        path = str(self.root / ".aiworld" / "logs" / f"{log}.log")
        children = psutil.Process(self.popen.pid).children()
        return next(each.pid for each in children if os.readlink(f"/proc/{each.pid}/fd/1") == path)

    def stop(self, number: int = signal.SIGINT) -> int:
        self.popen.send_signal(number)
        return self.popen.wait(30)


@contextmanager
def running(root: Path, values: Mapping[str, str] | None = None) -> Iterator[Running]:
    stack = Running(root, values or {})
    try:
        yield stack
    finally:
        if stack.popen.poll() is None:
            stack.stop(signal.SIGTERM)


def clean_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(SERVICES)}


def ports() -> dict[str, str]:
    return {"GRPC_PORT": str(free_port()), "PORT": str(free_port())}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
