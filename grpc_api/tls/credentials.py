"""What the gRPC server shows to whoever connects. The files are looked at in each handshake, so a
new certificate counts from the next connection on, and calls on those there are go on."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc

from aiworld.errors import Invalid
from grpc_api.tls.files import read_bundle, read_pair

log = logging.getLogger(__name__)
Stamp = tuple[tuple[int, int, int], ...]


@dataclass(frozen=True)
class Paths:
    certificate: Path
    key: Path
    client_authorities: Path | None
    """None: clients need no certificate."""


class Reloading:
    """Called by gRPC, in whichever of its threads: reads and nothing else."""

    def __init__(self, paths: Paths) -> None:
        """Raises Invalid if the files do not go together."""
        self._paths = paths
        self._stamp = stamp(paths)
        self.first = configuration(paths)

    def __call__(self) -> Any:
        """The new configuration, or None: the present one still counts. Files that do not go
        together are left alone until they do."""
        now = stamp(self._paths)
        if now == self._stamp:
            return None
        try:
            changed = configuration(self._paths)
        except Invalid as error:
            log.warning("the old certificate goes on: %s", error.message)
            return None
        self._stamp = now
        log.info("gRPC has a new certificate")
        return changed


def server_credentials(paths: Paths) -> grpc.ServerCredentials:
    """Raises Invalid."""
    reloading = Reloading(paths)
    return grpc.dynamic_ssl_server_credentials(
        reloading.first,
        reloading,
        require_client_authentication=paths.client_authorities is not None,
    )


def configuration(paths: Paths) -> Any:
    """Raises Invalid."""
    pair = read_pair(paths.certificate, paths.key)
    bundle = paths.client_authorities
    trusted = read_bundle(bundle) if bundle else None
    return grpc.ssl_server_certificate_configuration(
        [(pair.key, pair.chain)], root_certificates=trusted
    )


def stamp(paths: Paths) -> Stamp:
    """Changes with every file. One that is missing has zeros."""
    found = []
    for path in (paths.certificate, paths.key, paths.client_authorities):
        if path:
            try:
                told = path.stat()
            except OSError:
                found.append((0, 0, 0))
            else:
                found.append((told.st_mtime_ns, told.st_ino, told.st_size))
    return tuple(found)
