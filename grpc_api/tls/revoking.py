"""What `manage.py certificates` does about certificates that shall count no more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509

from aiworld.errors import Invalid
from grpc_api.tls.binding import SERVER_ID, uri_of
from grpc_api.tls.files import Folder, certificates
from grpc_api.tls.revocation import Identity, identity_of, read_list, write_list


def revoked(folder: Folder) -> dict[Identity, datetime]:
    """Since when. Raises Invalid."""
    if not folder.revocations.exists():
        return {}
    return dict(read_list(folder.revocations, folder.bundle).revoked)


def revoke(folder: Folder, which: Sequence[str]) -> list[str]:
    """All certificates of a game server, the one in a file, or the one with a serial number. Says
    which. Raises Invalid, and then none of them is."""
    there = revoked(folder)
    found = [one for each in which for one in _meant(folder, each)]
    now = datetime.now(UTC).replace(microsecond=0)
    for identity, _ in found:
        there.setdefault(identity, now)
    folder.keep_revocations(write_list(there, folder.authority()))
    return [words for _, words in found]


def sign_again(folder: Folder) -> None:
    """By the authority that signs now: the one that did may be trusted no more soon."""
    try:
        there = revoked(folder)
    except Invalid:  # by an authority that was dropped, and nothing of it counts
        there = {}
    folder.keep_revocations(write_list(there, folder.authority()))


def overview(folder: Folder) -> Iterator[str]:
    """A line each: the authorities, what was issued, and what was revoked without a file here."""
    there = revoked(folder)
    for each in folder.trusted():
        yield f"authority  {_line(each)}"
    for each in folder.issued():
        since = there.pop(identity_of(each), None)
        state = f"REVOKED {since:%Y-%m-%d %H:%M} UTC" if since else "good"
        yield f"{state:10} {_line(each)}"
    for (issuer, serial), since in there.items():
        yield f"REVOKED {since:%Y-%m-%d %H:%M} UTC {serial:040x}, of {issuer.rfc4514_string()}"


def names(certificate: x509.Certificate) -> str:
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ""
    return ", for " + ", ".join(str(each.value) for each in found)


def _line(each: x509.Certificate) -> str:
    until = f"until {each.not_valid_after_utc:%Y-%m-%d}"
    return f"{each.serial_number:040x} {each.subject.rfc4514_string()}, {until}{names(each)}"


def _meant(folder: Folder, which: str) -> list[tuple[Identity, str]]:
    if SERVER_ID.fullmatch(which):
        there = [each for each in folder.issued() if uri_of(which) in names(each)]
        if not there:
            raise Invalid(f"no certificate for {which} was issued here; give its file or serial")
        return [(identity_of(each), _line(each)) for each in there]
    if Path(which).is_file():
        first = certificates(Path(which).read_bytes(), Path(which))[0]
        return [(identity_of(first), _line(first))]
    return [_numbered(folder, which)]


def _numbered(folder: Folder, which: str) -> tuple[Identity, str]:
    try:
        serial = int(which.replace(":", ""), 16)
    except ValueError:
        raise Invalid(f"{which!r} is no server id, no file and no serial number") from None
    for each in folder.issued():
        if each.serial_number == serial:
            return identity_of(each), _line(each)
    if not 0 < serial < 2**160:
        raise Invalid(f"{which!r} is no serial number")
    issuer = folder.authority().certificate.subject
    return (issuer, serial), f"{serial:040x}, of {issuer.rfc4514_string()}"
