"""One program and its process."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from aiworld.devstack.account import Account

LEASH = Path(__file__).with_name("leash.py")
LARGE_LOG = 10_000_000


@dataclass(frozen=True, kw_only=True)
class Program:
    name: str
    argv: Sequence[str | Path]
    env: Mapping[str, str]
    log: Path
    cwd: Path = Path("/")
    account: Account | None = None
    ready: Callable[[], bool] = lambda: True
    stop_signal: signal.Signals = signal.SIGTERM
    service: bool = False  # others need it: it starts before them and ends after them


class Process:
    def __init__(self, program: Program) -> None:
        self.program = program
        self.name = program.name
        bound(program.log)
        account = program.account
        leash: list[str | Path] = [
            *(sys.executable, "-I", "-S", LEASH, str(os.getpid())),
            str(int(program.stop_signal)),
            f"{account.uid}:{account.gid}" if account else "-",
        ]
        with program.log.open("ab") as log:
            self.popen = subprocess.Popen(
                [*leash, *program.argv],
                cwd=program.cwd,
                env=dict(program.env),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Ctrl-C in the terminal is for the supervisor alone, which stops things in order.
                start_new_session=True,
            )
        self.created: float = psutil.Process(self.popen.pid).create_time()

    @property
    def pid(self) -> int:
        return self.popen.pid

    def ended(self) -> int | None:
        return self.popen.poll()

    def ask_to_stop(self) -> None:
        if self.ended() is None:
            self.popen.send_signal(self.program.stop_signal)

    def wait_until(self, deadline: float) -> None:
        """Kills the process and what it started when `deadline` (monotonic) passes."""
        try:
            self.popen.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            kill_group(self.pid)
            self.popen.wait()
        kill_group(self.pid)

    def last_words(self, lines: int = 5) -> str:
        return last_lines(self.program.log, lines)


def kill_group(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass


def last_lines(path: Path, lines: int) -> str:
    if not path.exists():
        return ""
    with path.open(errors="replace") as file:
        return "".join(deque((line for line in file if line.strip()), lines)).rstrip()


def bound(log: Path) -> None:
    """Keeps a log and one before it. Its writers append, so they go on in the emptied file."""
    if log.exists() and log.stat().st_size > LARGE_LOG:
        shutil.copyfile(log, log.with_suffix(".log.1"))
        os.truncate(log, 0)
