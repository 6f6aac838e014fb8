"""Starts processes, watches them, and stops them in reverse order.

Every wait goes through `watch`, so a dead child, Ctrl-C or a full disk is noticed at once, whatever
is going on. Start processes from a thread that lives as long as they do: the kernel ends them with
that thread.
"""

import signal
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self

from aiworld.devstack import disk, registry
from aiworld.devstack.errors import Interrupted, StackError
from aiworld.devstack.processes import Process, Program, bound

TICK = 0.05
FULL_DISK = ("No space left on device", "Check free disk space")  # the latter is PostgreSQL's
GRACE = 6.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Supervisor:
    def __init__(self, register: Path, *, disk_floor: int = disk.FLOOR) -> None:
        self.register = register
        self.disk_floor = disk_floor
        self.processes: list[Process] = []
        self.interrupted = False

    def __enter__(self) -> Self:
        registry.end_leftovers(self.register)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def obey_signals(self) -> None:
        for number in STOP_SIGNALS:
            signal.signal(number, self._interrupt)

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        self.interrupted = True

    def start(self, program: Program) -> Process:
        process = Process(program)
        self.processes.append(process)
        registry.write(self.register, self.processes)
        return process

    def run(self, program: Program) -> None:
        """Runs a program to its end; raises StackError when it fails."""
        process = Process(program)
        try:
            while process.ended() is None:
                self.watch()
        finally:
            process.ask_to_stop()
            process.wait_until(time.monotonic() + GRACE)
        if process.popen.returncode != 0:
            raise StackError(_death(process))

    def wait_ready(
        self,
        processes: Iterable[Process],
        *,
        seconds: float,
        report: Callable[[str], object] = str,
    ) -> None:
        waiting = list(processes)
        deadline = time.monotonic() + seconds
        while waiting:
            for process in [each for each in waiting if each.program.ready()]:
                waiting.remove(process)
                report(process.name)
            self.watch()
            if waiting and time.monotonic() > deadline:
                names = ", ".join(process.name for process in waiting)
                raise StackError(f"Not ready after {seconds:.0f} s: {names}. {_where(waiting[0])}")

    def watch(self, pause: float = TICK) -> None:
        """Sleeps; raises Interrupted, or StackError for a dead child or a full disk."""
        time.sleep(pause)
        if self.interrupted:
            raise Interrupted
        for process in self.processes:
            if process.ended() is not None:
                raise StackError(_death(process))
            bound(process.program.log)
        disk.require(self.register.parent, self.disk_floor)

    def stop(self) -> None:
        """What was started last is asked first; services end after everything that may use them."""
        for service in (False, True):
            group = [each for each in reversed(self.processes) if each.program.service == service]
            for process in group:
                process.ask_to_stop()
            deadline = time.monotonic() + GRACE
            for process in group:
                process.wait_until(deadline)
        self.processes.clear()
        registry.forget(self.register)


def _death(process: Process) -> str:
    code = process.popen.returncode
    how = (
        f"was killed by {signal.Signals(-code).name}"
        if code < 0
        else f"stopped with exit code {code}"
    )
    words = process.last_words(lines=100)
    if any(sign in words for sign in FULL_DISK):
        return f"{process.name} {how}: no space left on the disk of {process.program.log.parent}."
    return f"{process.name} {how}. {_where(process)}"


def _where(process: Process) -> str:
    words = process.last_words()
    log = process.program.log
    return f"Last lines of {log}:\n{words}" if words else f"{log} is empty."
