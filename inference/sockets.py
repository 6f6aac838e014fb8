"""Addresses of the inference process: a path of a unix socket, or `tcp://host:port`."""

from __future__ import annotations

import asyncio
import fcntl
import os
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from aiworld.errors import Invalid

BUFFER = 2**20


class InUse(Exception):
    """Another process already answers at this address."""


async def connect(address: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Raises OSError."""
    if address.startswith("tcp://"):
        host, port = _host_and_port(address)
        return await asyncio.open_connection(host, port, limit=BUFFER)
    return await asyncio.open_unix_connection(address, limit=BUFFER)


@contextmanager
def listening(address: str) -> Iterator[socket.socket]:
    """A listening socket, for its owner alone (0600). Raises InUse, OSError, Invalid."""
    if address.startswith("tcp://"):
        with socket.create_server(_host_and_port(address)) as listener:
            yield listener
        return
    path = Path(address)
    with _lock(path), socket.socket(socket.AF_UNIX) as listener:
        _remove_stale(path)
        _bind(listener, path)
        try:
            listener.listen(128)
            yield listener
        finally:
            path.unlink(missing_ok=True)


def _host_and_port(address: str) -> tuple[str, int]:
    parts = urlsplit(address)
    if not parts.hostname or parts.port is None:
        raise Invalid(f"{address} is not of the form tcp://host:port")
    return parts.hostname, parts.port


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    """Held while the server lives, so that of two that start at once only one takes the path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(f"{path.name}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InUse(f"another inference server already answers at {path}") from None
        yield


def _remove_stale(path: Path) -> None:
    """What a killed server left behind is removed; anything that lives, or is no socket, is not."""
    if not path.exists():
        return
    if not stat.S_ISSOCK(path.stat().st_mode):
        raise InUse(f"{path} exists and is not a socket")
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(1.0)
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            path.unlink()
        else:
            raise InUse(f"another process already answers at {path}")


def _bind(listener: socket.socket, path: Path) -> None:
    umask = os.umask(0o177)
    try:
        listener.bind(str(path))
    finally:
        os.umask(umask)
