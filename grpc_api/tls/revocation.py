"""Certificates that count no more, as a list which the authority has signed (CRL, RFC 5280).

gRPC's C core can hold one against each handshake (gRFC A69), its Python cannot be told to
(docs/decisions/0044). So the handshake of a revoked certificate is let through, and every call over
its connection is refused, those that go on are ended, and the connection itself ends with the
longest age of connections."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from django.conf import settings

from aiworld.errors import Invalid, Refused
from grpc_api.tls.authority import SKEW, Signed
from grpc_api.tls.files import certificates

log = logging.getLogger(__name__)
LOOK = 1.0
"""Seconds between two looks at the file."""
REVOKED = "the client's certificate was revoked"
SHOWN = "x509_pem_cert"
Identity = tuple[x509.Name, int]
"""Issuer and serial number: no other certificate has both."""


@dataclass(frozen=True)
class RevocationList:
    revoked: Mapping[Identity, datetime]
    """Since when."""
    next_update: datetime | None
    """After that it is out of date, and counts all the same."""


def identity_of(certificate: x509.Certificate) -> Identity:
    return certificate.issuer, certificate.serial_number


def read_list(path: Path, authorities: Path) -> RevocationList:
    """One list or several, one after the other. Raises Invalid: a file is missing or none, or a
    list is signed by none of the authorities."""
    pem = _contents(path)
    trusted = certificates(_contents(authorities), authorities)
    end = b"-----END X509 CRL-----"
    parts = [part + end for part in pem.split(end)[:-1]]
    if not parts:
        raise Invalid(f"{path} holds no revocation list")
    revoked: dict[Identity, datetime] = {}
    updates = []
    for part in parts:
        found = _signed(part, path, trusted)
        revoked |= _entries(found)
        updates += [found.next_update_utc] if found.next_update_utc else []
    return RevocationList(revoked, min(updates, default=None))


def write_list(revoked: Mapping[Identity, datetime], signer: Signed) -> bytes:
    """PEM. What other authorities had issued is named with its issuer."""
    now, issuer = datetime.now(UTC), signer.certificate.subject
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer)
        .last_update(now - SKEW)
        .next_update(signer.certificate.not_valid_after_utc)
    )
    for (by, serial), since in revoked.items():
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(since)
        named = x509.CertificateIssuer([x509.DirectoryName(by)])
        builder = builder.add_revoked_certificate(entry.add_extension(named, True).build())
    return builder.sign(signer.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _contents(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Invalid(f"{path} cannot be read: {error.strerror}") from None


def _signed(
    pem: bytes, path: Path, trusted: list[x509.Certificate]
) -> x509.CertificateRevocationList:
    try:
        found = x509.load_pem_x509_crl(pem)
        by = [each for each in trusted if each.subject == found.issuer]
        if any(_is_of(found, each.public_key()) for each in by):
            return found
    except ValueError:
        raise Invalid(f"{path} holds no revocation list") from None
    raise Invalid(f"{path} is signed by no authority that is trusted")


def _is_of(found: x509.CertificateRevocationList, key: object) -> bool:
    try:
        return found.is_signature_valid(key)  # type: ignore[arg-type]
    except (InvalidSignature, TypeError):
        return False


def _entries(found: x509.CertificateRevocationList) -> dict[Identity, datetime]:
    """An entry that names no issuer is of the one before it (RFC 5280, 5.3.3)."""
    issuer, entries = found.issuer, {}
    for entry in found:
        try:
            named = entry.extensions.get_extension_for_class(x509.CertificateIssuer).value
        except x509.ExtensionNotFound:
            pass
        else:
            issuer = named.get_values_for_type(x509.DirectoryName)[0]
        entries[issuer, entry.serial_number] = entry.revocation_date_utc
    return entries


class Watch:
    """The list of the settings as its file has it, a second later at most. One that cannot be read
    leaves the last one in force; before there was any, nobody is let in."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._due = 0.0
        self._stamp: tuple[object, ...] = ()
        self._list: RevocationList | None = None

    def check(self, context: Any) -> None:
        """Raises Refused if the certificate of this call (gRPC's context) was revoked."""
        if not settings.GRPC_TLS_CRL:
            return
        self._look()
        shown = context.auth_context().get(SHOWN, ())
        if self._list is None or any(_identity(pem) in self._list.revoked for pem in shown):
            raise Refused(REVOKED)

    def _look(self) -> None:
        if self._clock() < self._due:
            return
        self._due = self._clock() + LOOK
        path, authorities = Path(settings.GRPC_TLS_CRL), Path(settings.GRPC_TLS_CLIENT_CA)
        stamp = (path, _told(path), authorities, _told(authorities))
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self._list = read_list(path, authorities)
        except Invalid as error:
            log.warning("the last revocation list goes on: %s", error.message)
        else:
            log.info("%d certificates are revoked", len(self._list.revoked))


@lru_cache(maxsize=4096)
def _identity(pem: bytes) -> Identity:
    return identity_of(x509.load_pem_x509_certificate(pem))


def _told(path: Path) -> tuple[int, ...]:
    try:
        told = path.stat()
    except OSError:
        return ()
    return told.st_mtime_ns, told.st_ino, told.st_size


watch = Watch()
