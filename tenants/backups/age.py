"""Files in the format of age (age-encryption.org/v1), which age itself and rage open as well.

Who seals needs recipients (`age1...`, public); who opens needs an identity (`AGE-SECRET-KEY-1...`).
The primitives are those of `cryptography`: X25519, HKDF-SHA256, ChaCha20-Poly1305. The text is
sealed in chunks of 64 KiB (STREAM), so that a file may be larger than memory, and one that was cut
off, changed or put together of two is noticed where it happens.

Source: https://github.com/C2SP/C2SP/blob/main/age.md"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
from collections.abc import Iterator, Sequence
from typing import BinaryIO, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from aiworld.errors import Invalid
from tenants.backups import bech32

VERSION = b"age-encryption.org/v1"
CHUNK = 64 * 1024
TAG = 16
LONGEST_LINE = 4096
RECIPIENT, IDENTITY = "age", "age-secret-key-"


class Writable(Protocol):
    def write(self, data: bytes, /) -> object: ...


def generated() -> tuple[str, str]:
    """A new identity and its recipient, as text."""
    key = X25519PrivateKey.generate()
    identity = bech32.encode(IDENTITY, key.private_bytes_raw()).upper()
    return identity, bech32.encode(RECIPIENT, key.public_key().public_bytes_raw())


def recipient_of(identity: str) -> str:
    return bech32.encode(RECIPIENT, _private(identity).public_key().public_bytes_raw())


class Sealed:
    """Writes to `file` what only the recipients can read. Not finished until `close`."""

    def __init__(self, file: Writable, recipients: Sequence[str]) -> None:
        if not recipients:
            raise Invalid("nobody could open it: there is no recipient")
        key, nonce = os.urandom(16), os.urandom(16)
        file.write(_header(key, [_public(each) for each in recipients]))
        file.write(nonce)
        self._file, self._held, self._number = file, bytearray(), 0
        self._box = ChaCha20Poly1305(_derived(key, b"payload", nonce))

    def write(self, data: bytes) -> None:
        self._held += data
        while len(self._held) > CHUNK:  # the last one, full or not, waits for `close`
            self._put(bytes(self._held[:CHUNK]), last=False)
            del self._held[:CHUNK]

    def close(self) -> None:
        self._put(bytes(self._held), last=True)

    def _put(self, chunk: bytes, *, last: bool) -> None:
        self._file.write(self._box.encrypt(_nonce(self._number, last), chunk, None))
        self._number += 1


def opened(file: BinaryIO, identities: Sequence[str]) -> Iterator[bytes]:
    """The text in chunks. Raises Invalid: not such a file, the wrong key, changed, cut off."""
    key = _unwrapped(*_read_header(file), [_private(each) for each in identities])
    nonce = file.read(16)
    if len(nonce) < 16:
        raise Invalid("the file ends before its content")
    box = ChaCha20Poly1305(_derived(key, b"payload", nonce))
    number, chunk = 0, file.read(CHUNK + TAG)
    while True:
        following = file.read(CHUNK + TAG) if len(chunk) == CHUNK + TAG else b""
        try:
            yield box.decrypt(_nonce(number, not following), chunk, None)
        except InvalidTag:
            raise Invalid(
                f"the file is damaged or cut off after {number * CHUNK} bytes of content"
            ) from None
        if not following:
            return
        number, chunk = number + 1, following


def _header(key: bytes, recipients: Sequence[X25519PublicKey]) -> bytes:
    lines = [VERSION]
    for recipient in recipients:
        own = X25519PrivateKey.generate()
        share = own.public_key().public_bytes_raw()
        box = _wrapping(own.exchange(recipient), share, recipient.public_bytes_raw())
        lines += [b"-> X25519 " + _text(share), _text(box.encrypt(bytes(12), key, None))]
    lines.append(b"---")
    header = b"\n".join(lines)
    return header + b" " + _text(_mac(key, header)) + b"\n"


def _read_header(file: BinaryIO) -> tuple[bytes, bytes, list[tuple[bytes, bytes]]]:
    """What the code covers, the code, and pairs of share and wrapped key."""
    read = [_line(file)]
    if read[0] != VERSION:
        raise Invalid("this is no file of age; only such files can be opened")
    pairs: list[tuple[bytes, bytes]] = []
    while not (line := _line(file)).startswith(b"---"):
        read.append(line)
        if line.startswith(b"-> X25519 "):
            body = _line(file)
            read.append(body)
            pairs.append((_bytes(line[10:]), _bytes(body)))
    return b"\n".join([*read, b"---"]), _bytes(line[4:]), pairs


def _unwrapped(
    header: bytes,
    code: bytes,
    pairs: list[tuple[bytes, bytes]],
    identities: Sequence[X25519PrivateKey],
) -> bytes:
    for identity in identities:
        mine = identity.public_key().public_bytes_raw()
        for share, wrapped in pairs:
            try:
                secret = identity.exchange(X25519PublicKey.from_public_bytes(share))
                key = _wrapping(secret, share, mine).decrypt(bytes(12), wrapped, None)
            except (InvalidTag, ValueError):
                continue  # it is another recipient's
            if not hmac.compare_digest(_mac(key, header), code):
                raise Invalid("the head of the file was changed")
            return key
    raise Invalid("this key does not open the file: it was sealed for others")


def _line(file: BinaryIO) -> bytes:
    line = file.readline(LONGEST_LINE)
    if not line.endswith(b"\n"):
        raise Invalid("the file ends within its head, or is no file of age")
    return line[:-1]


def _wrapping(secret: bytes, share: bytes, recipient: bytes) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(_derived(secret, VERSION + b"/X25519", share + recipient))


def _mac(key: bytes, header: bytes) -> bytes:
    return hmac.digest(_derived(key, b"header", b""), header, "sha256")


def _derived(secret: bytes, purpose: bytes, salt: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=salt or None, info=purpose).derive(secret)


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _text(data: bytes) -> bytes:
    return base64.b64encode(data).rstrip(b"=")


def _bytes(text: bytes) -> bytes:
    try:
        return base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except binascii.Error:
        raise Invalid("the head of the file is damaged") from None


def _public(recipient: str) -> X25519PublicKey:
    return X25519PublicKey.from_public_bytes(_of_32(bech32.decode(RECIPIENT, recipient)))


def _private(identity: str) -> X25519PrivateKey:
    return X25519PrivateKey.from_private_bytes(_of_32(bech32.decode(IDENTITY, identity)))


def _of_32(key: bytes) -> bytes:
    if len(key) != 32:
        raise Invalid("the key has the wrong length")
    return key
