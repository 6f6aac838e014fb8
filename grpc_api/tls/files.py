"""Certificates and keys on disk."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from aiworld.errors import Invalid
from grpc_api.tls.authority import Signed


@dataclass(frozen=True)
class Pair:
    """PEM of a certificate with its chain, and of the key that belongs to it."""

    chain: bytes
    key: bytes
    expires_at: datetime


def read_pair(certificate: Path, key: Path) -> Pair:
    """Raises Invalid: a file is missing or no PEM, or the two do not belong together, as while one
    of them has been replaced and the other not yet."""
    chain, secret = _contents(certificate), _contents(key)
    first = certificates(chain, certificate)[0]
    try:
        loaded = serialization.load_pem_private_key(secret, password=None)
    except (ValueError, TypeError):
        raise Invalid(f"{key} holds no key, or one with a passphrase") from None
    if _public(loaded.public_key()) != _public(first.public_key()):
        raise Invalid(f"{key} does not belong to {certificate}")
    return Pair(chain, secret, first.not_valid_after_utc)


def read_bundle(path: Path) -> bytes:
    """Authorities to be trusted. Raises Invalid."""
    pem = _contents(path)
    certificates(pem, path)
    return pem


def certificates(pem: bytes, path: Path) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(pem)
    except ValueError:
        raise Invalid(f"{path} holds no certificate") from None


def _contents(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Invalid(f"{path} cannot be read: {error.strerror}") from None


def _public(key: object) -> bytes:
    pem, form = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_bytes(pem, form)  # type: ignore[attr-defined,no-any-return]


@dataclass(frozen=True)
class Folder:
    """Where `manage.py certificates` keeps what it makes."""

    path: Path

    @property
    def bundle(self) -> Path:
        """The authority that signs, and those that are still trusted."""
        return self.path / "ca.pem"

    @property
    def key(self) -> Path:
        return self.path / "ca.key"

    @property
    def revocations(self) -> Path:
        """What the authority has revoked."""
        return self.path / "crl.pem"

    def issued(self) -> list[x509.Certificate]:
        """All that was signed here and has not ended; the newest last."""
        now = datetime.now(UTC)
        found = [
            each
            for path in self.path.glob("issued/*.pem")
            for each in certificates(_contents(path), path)
            if each.not_valid_after_utc > now
        ]
        return sorted(found, key=lambda each: (each.not_valid_before_utc, each.serial_number))

    def authority(self) -> Signed:
        """The one that signs. Raises Invalid."""
        pair = read_pair(self.bundle, self.key)
        key = serialization.load_pem_private_key(pair.key, password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise Invalid(f"{self.key} is none of ours: an elliptic curve's is needed")
        return Signed(certificates(pair.chain, self.bundle)[0], key)

    def trusted(self) -> list[x509.Certificate]:
        """Not those that have expired."""
        now = datetime.now(UTC)
        found = certificates(_contents(self.bundle), self.bundle)
        return [each for each in found if each.not_valid_after_utc > now]

    def keep_authority(self, signed: Signed, former: Sequence[x509.Certificate] = ()) -> None:
        chain = b"".join(
            each.public_bytes(serialization.Encoding.PEM) for each in (signed.certificate, *former)
        )
        self._write("ca.key", signed.key_pem, secret=True)
        self._write("ca.pem", chain)

    def keep(self, name: str, signed: Signed) -> tuple[Path, Path]:
        """Paths of the certificate and its key."""
        key = self._write(f"{name}.key", signed.key_pem, secret=True)
        serial = signed.certificate.serial_number
        self._write(f"issued/{serial:040x}.pem", signed.certificate_pem)
        return self._write(f"{name}.pem", signed.certificate_pem), key

    def keep_revocations(self, pem: bytes) -> None:
        self._write(self.revocations.name, pem)

    def _write(self, name: str, data: bytes, *, secret: bool = False) -> Path:
        """All of it or nothing: whoever reads meanwhile sees the old or the new one."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, draft = tempfile.mkstemp(dir=path.parent)  # mode 600
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            os.fchmod(file.fileno(), 0o600 if secret else 0o644)
        os.replace(draft, path)
        return path
