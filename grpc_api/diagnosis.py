"""The game's door: does it answer, and until when does its certificate count?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from django.conf import settings

from aiworld.devstack import probes
from aiworld.errors import Invalid
from grpc_api.tls.files import certificates, read_pair
from grpc_api.tls.revocation import read_list
from tenants.diagnosis.finding import Finding, failing, fine, warning
from tenants.metrics import Metric

CLOSED = "Start `manage.py grpcserver`, or look into its log; NPCs run their scripts until then."
OPEN = (
    "API keys and what players say cross the network in the clear: set GRPC_TLS_CERT and "
    "GRPC_TLS_KEY (docs/how-to/encrypt.md), or GRPC_PUBLIC_TLS=true if a proxy ends TLS."
)
RENEW = "Issue a new one: docs/runbooks/certificate-expires.md. The server takes it by itself."
MEND = "Issue the files anew: docs/how-to/encrypt.md. Until then the old certificate goes on."
OTHER = "The server goes on with an older one: look for 'certificate' in the log of grpcserver."
LIST_AGAIN = (
    "Copy the authority's crl.pem over (docs/how-to/encrypt.md). The last list that could be read "
    "goes on, and grpcserver does not start without one."
)
SOON, LAST = 14.0, 2.0
"""Days."""
HERE = ("127.", "localhost", "::1", "unix:")


def find(answering: Mapping[str, str]) -> Iterator[Finding]:
    del answering
    if settings.GRPC_TLS_CERT:
        yield from _encrypted()
        return
    host, port = settings.GRPC_HOST, str(settings.GRPC_PORT)
    if not probes.serves(host, port):
        yield failing("gRPC", "does not answer", CLOSED, f"{host}:{port}")
    elif not host.startswith(HERE) and not settings.GRPC_PUBLIC_TLS:
        yield warning("gRPC", "no TLS, and other machines may knock", OPEN, f"{host}:{port}")
    else:
        yield fine("gRPC", f"{host}:{port}, no TLS")


def _encrypted() -> Iterator[Finding]:
    host, port = settings.GRPC_HOST, settings.GRPC_PORT
    shown = probes.shown(host, port)
    asked = "mutual TLS" if settings.GRPC_TLS_CLIENT_CA else "TLS"
    if shown is None:
        yield failing("gRPC", "does not answer with TLS", CLOSED, f"{host}:{port}")
    else:
        yield fine("gRPC", f"{host}:{port}, {asked}")
    certificate = Path(settings.GRPC_TLS_CERT)
    try:
        pair = read_pair(certificate, Path(settings.GRPC_TLS_KEY))
    except Invalid as error:
        yield failing("certificate", error.message, MEND)
        return
    kept = x509.load_pem_x509_certificates(pair.chain)[0]
    if shown is not None and x509.load_der_x509_certificate(shown) != kept:
        yield failing("certificate", f"is not the one in {certificate}", OTHER)
    for name, expires_at in expiries().items():
        yield _expiry(name, expires_at)
    if settings.GRPC_TLS_CLIENT_CA:
        yield _revocations()


def _revocations() -> Finding:
    check = "revoked certificates"
    if not settings.GRPC_TLS_CRL:
        return fine(check, "no list (GRPC_TLS_CRL)")
    path = Path(settings.GRPC_TLS_CRL)
    try:
        found = read_list(path, Path(settings.GRPC_TLS_CLIENT_CA))
    except Invalid as error:
        return failing(check, error.message, LIST_AGAIN)
    seen = f"{len(found.revoked)} in {path}"
    if found.next_update and found.next_update < datetime.now(UTC):
        return warning(check, "the list is out of date", LIST_AGAIN, seen)
    return fine(check, seen)


def expiries() -> dict[str, datetime]:
    """When each certificate in the files of the settings ends."""
    found = {}
    for name, path in (
        ("server", settings.GRPC_TLS_CERT),
        ("client authority", settings.GRPC_TLS_CLIENT_CA),
    ):
        if path and Path(path).is_file():
            try:
                there = certificates(Path(path).read_bytes(), Path(path))
            except (Invalid, OSError):
                continue
            # Of several authorities the youngest is the one that is to stay.
            pick = max if name == "client authority" else min
            found[name] = pick(each.not_valid_after_utc for each in there)
    return found


def _expiry(name: str, expires_at: datetime) -> Finding:
    days = (expires_at - datetime.now(UTC)).total_seconds() / 86_400
    check, seen = f"certificate ({name})", f"until {expires_at:%Y-%m-%d %H:%M} UTC"
    if days < 0:
        return failing(check, "has expired", RENEW, seen)
    if days < SOON:
        kind = failing if days < LAST else warning
        return kind(check, f"expires in {days:.0f} days", RENEW, seen)
    return fine(check, seen)


def metrics() -> list[Metric]:
    """When the certificates of the game's door end; none without TLS."""
    found = expiries().items()
    words = "When a certificate of the game's door ends."
    ends = tuple(({"certificate": name}, at.timestamp()) for name, at in found)
    return [Metric("aiworld_certificate_expires_timestamp_seconds", words, ends)] if ends else []
