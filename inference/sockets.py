"""Addresses of the inference process: a path of a unix socket, `tcp://host:port` of this machine,
or `tls://host:port`."""

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

from aiworld.errors import Invalid, Unavailable
from inference import wire
from inference.credentials import NOBODY, Credentials

BUFFER = 2**20
SCHEMES = ("tcp", "tls")


class InUse(Exception):
    """Another process already answers at this address."""


async def connect(
    address: str, credentials: Credentials = NOBODY
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Raises OSError; Unavailable for an address that must not be used so, or a token that is not
    the server's."""
    if not _is_tcp(address):
        return await asyncio.open_unix_connection(address, limit=BUFFER)
    try:
        scheme, host, port = _parts(address)
        credentials.check(scheme, host)
    except Invalid as error:  # the caller's settings, not the caller's request
        raise Unavailable(error.message) from error
    context = credentials.of_client() if scheme == "tls" else None
    reader, writer = await asyncio.open_connection(host, port, limit=BUFFER, ssl=context)
    try:
        writer.write(wire.encode({"op": "hello", "token": credentials.token}))
        answer = await wire.read(reader)
        if not answer.get("ok"):
            raise wire.error_from_map(answer.get("error") or {})
    except (EOFError, wire.BadFrame) as error:
        writer.close()
        raise ConnectionError("no greeting came back") from error
    except BaseException:
        writer.close()
        raise
    return reader, writer


@contextmanager
def listening(address: str, credentials: Credentials = NOBODY) -> Iterator[socket.socket]:
    """A listening socket; of a path, for its owner alone (0600). Raises InUse, OSError, Invalid."""
    if _is_tcp(address):
        scheme, host, port = _parts(address)
        credentials.check(scheme, host)
        with socket.create_server((host, port)) as listener:
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


def _is_tcp(address: str) -> bool:
    return address.partition("://")[0] in SCHEMES


def _parts(address: str) -> tuple[str, str, int]:
    parts = urlsplit(address)
    if not parts.hostname or parts.port is None:
        raise Invalid(f"{address} is not of the form {parts.scheme}://host:port")
    return parts.scheme, parts.hostname, parts.port


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
