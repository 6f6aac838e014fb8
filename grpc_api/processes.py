"""Several processes on one port: the kernel hands each new connection to one of them
(SO_REUSEPORT). This one starts them, starts another where one dies, and at SIGHUP puts a new one in
the place of each, one after the other, without refusing a call: a new version is taken up so."""

from __future__ import annotations

import logging
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

from grpc_api.server import GRACE, READY

log = logging.getLogger(__name__)
PATIENCE = 90.0
"""Seconds a process may take until it answers calls."""
BRIEF = 5.0
"""Who lives shorter than this is followed by a pause of PAUSE seconds."""
PAUSE = 1.0
TICK = 0.2


@dataclass
class Child:
    popen: subprocess.Popen[bytes]
    link: socket.socket
    """It says READY on it, and ends when ours is closed, however we end."""
    born: float = field(default_factory=time.monotonic)

    def ready(self, give_up: Callable[[], bool]) -> bool:
        """Waits. False if it died, takes too long, or is waited for no longer."""
        ends = time.monotonic() + PATIENCE
        while self.popen.poll() is None and time.monotonic() < ends and not give_up():
            if select.select([self.link], [], [], TICK)[0]:
                return self.link.recv(1) == READY
        return False

    def stop(self) -> None:
        """Waits for its calls in flight."""
        if self.popen.poll() is None:
            self.popen.terminate()
        try:
            self.popen.wait(GRACE + 4)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()
        self.link.close()


class Processes:
    def __init__(self, host: str, port: int, number: int) -> None:
        self._number = number
        self._holder = reserved(host, port)
        self._address = (host, self._holder.getsockname()[1])
        self._children: list[Child] = []
        self._stopping = self._renewing = False

    def run(self) -> int:
        """Until SIGTERM or SIGINT. 1 if no process ever came up."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._told)
        self._children = [self._begun() for _ in range(self._number)]
        try:
            up = all(child.ready(self._told_to_stop) for child in self._children)
            if not up and not self._stopping:
                log.error("a gRPC process did not come up; the lines above say why")
                return 1
            log.info("%d gRPC processes listen on %s:%s", self._number, *self._address)
            while not self._stopping:
                time.sleep(TICK)
                self._replace_dead()
                if self._renewing:
                    self._renewing = False
                    self._renew()
        finally:
            for child in self._children:
                child.popen.terminate()
            for child in self._children:
                child.stop()
            self._holder.close()
        return 0

    def _told(self, number: int, frame: FrameType | None) -> None:
        if number == signal.SIGHUP:
            self._renewing = True
        else:
            self._stopping = True

    def _told_to_stop(self) -> bool:
        return self._stopping

    def _begun(self) -> Child:
        ours, theirs = socket.socketpair()
        host, port = self._address
        arguments = ["--host", host, "--port", str(port), "--link", str(theirs.fileno())]
        with theirs:
            popen = subprocess.Popen(
                [sys.executable, sys.argv[0], "grpcserver", *arguments],
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # Ctrl-C is for us, who stop them in order
            )
        return Child(popen, ours)

    def _replace_dead(self) -> None:
        for at, child in enumerate(self._children):
            if child.popen.poll() is not None and not self._stopping:
                log.warning("gRPC process %d died: %s", child.popen.pid, child.popen.returncode)
                child.link.close()
                if time.monotonic() - child.born < BRIEF:
                    time.sleep(PAUSE)
                self._children[at] = self._begun()

    def _renew(self) -> None:
        """The old ones stay if a new one does not come up."""
        for at, old in enumerate(list(self._children)):
            fresh = self._begun()
            if not fresh.ready(self._told_to_stop):
                log.error("a new gRPC process did not come up; the old ones go on")
                fresh.stop()
                return
            self._children[at] = fresh
            old.stop()
            log.info("gRPC process %d has taken the place of %d", fresh.popen.pid, old.popen.pid)


def reserved(host: str, port: int) -> socket.socket:
    """A socket that keeps the port ours and takes no connection, as it does not listen. SystemExit
    if somebody listens there: he would get a part of the calls."""
    family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    _tried(lambda probe: probe.bind((host, port)), family, host, port).close()

    def hold(holder: socket.socket) -> None:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        holder.bind((host, port))

    return _tried(hold, family, host, port)


def _tried(
    bind: Callable[[socket.socket], None], family: int, host: str, port: int
) -> socket.socket:
    opened = socket.socket(family, socket.SOCK_STREAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bind(opened)
    except OSError as error:
        opened.close()
        raise SystemExit(f"gRPC cannot listen on {host}:{port}: {error}") from None
    return opened
