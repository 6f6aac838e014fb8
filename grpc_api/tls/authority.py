"""A certificate authority of one's own, and what it signs. P-256: a handshake costs a third of what
RSA does. Names are in the SAN, the only place gRPC looks."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from aiworld.errors import Invalid
from grpc_api.tls.binding import SERVER_ID, uri_of

SKEW = timedelta(minutes=5)
"""Clocks differ: what is made now counts as made a little before."""
HOST = re.compile(r"(\*\.)?[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9-]+)*")


@dataclass(frozen=True)
class Signed:
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def certificate_pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        return self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )


def make_authority(*, days: int) -> Signed:
    """Two of them differ in name, so that both can be trusted while one follows the other."""
    key = ec.generate_private_key(ec.SECP256R1())
    serial = x509.random_serial_number()
    name = _name(f"AI World authority {serial % 16**8:08x}")
    usage = _usage(signs_certificates=True)
    builder = (
        _builder(name, name, key, serial, days)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
    )
    return Signed(builder.sign(key, hashes.SHA256()), key)


def issue_server(authority: Signed, names: Sequence[str], *, days: int) -> Signed:
    """For the gRPC server. `names`: hosts and addresses that clients know it by. Raises Invalid."""
    purpose = ExtendedKeyUsageOID.SERVER_AUTH
    return _issue(authority, names[0], [_general(name) for name in names], purpose, days)


def issue_client(authority: Signed, server_ids: Sequence[str], *, days: int) -> Signed:
    """For the map-server of these game servers: nobody else's key goes with it. Raises Invalid."""
    for each in server_ids:
        if not SERVER_ID.fullmatch(each):
            raise Invalid(f"{each!r} is no server id: server- and 16 hexadecimal digits")
    names = [x509.UniformResourceIdentifier(uri_of(each)) for each in server_ids]
    return _issue(authority, server_ids[0], names, ExtendedKeyUsageOID.CLIENT_AUTH, days)


def _issue(
    authority: Signed,
    common_name: str,
    names: Sequence[x509.GeneralName],
    purpose: x509.ObjectIdentifier,
    days: int,
) -> Signed:
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = authority.certificate
    own = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())
    left = issuer.not_valid_after_utc - datetime.now(UTC)
    if left.days < 1:
        raise Invalid("the authority has expired: make the next one (authority --renew)")
    builder = (
        _builder(_name(common_name[:64]), issuer.subject, key, x509.random_serial_number(),
                 min(days, left.days))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(own, critical=False)
    )  # fmt: skip
    return Signed(builder.sign(authority.key, hashes.SHA256()), key)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, serial: int, days: int
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(now - SKEW)
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        pass
    if not HOST.fullmatch(name):
        raise Invalid(f"{name!r} is no host name and no address")
    return x509.DNSName(name)
