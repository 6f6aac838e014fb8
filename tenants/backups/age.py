"""Files in the format of age (age-encryption.org/v1), by pyrage, the Python face of rage.

Who seals needs recipients (`age1...`, public); who opens needs an identity (`AGE-SECRET-KEY-1...`).
A file may be larger than memory; where one was cut off or changed, that is noticed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import BinaryIO, Protocol

import pyrage
from pyrage import x25519

from aiworld.errors import Invalid


class Writable(Protocol):
    def write(self, data: bytes, /) -> object: ...


def generated() -> tuple[str, str]:
    """A new identity and its recipient, as text."""
    identity = x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def recipient_of(identity: str) -> str:
    return str(_identity(identity).to_public())


def seal(text: Iterable[bytes], file: Writable, recipients: Sequence[str]) -> None:
    """Write to `file` what only the recipients can read. What `text` and `file` raise is raised."""
    if not recipients:
        raise Invalid("nobody could open it: there is no recipient")
    source, sink = _Source(text), _Sink(file)
    with _told(source, sink):
        pyrage.encrypt_io(source, sink, [_recipient(each) for each in recipients])


def unseal(file: BinaryIO, identities: Sequence[str], into: Writable) -> None:
    """Write the content of `file` to `into`, as far as it goes. Raises Invalid: no such file, the
    wrong key, changed, cut off."""
    source, sink = _File(file), _Sink(into)
    with _told(source, sink):
        pyrage.decrypt_io(source, sink, [_identity(each) for each in identities])


class _Failing:
    """What went wrong here and not in the sealing: pyrage makes another error of it."""

    def __init__(self) -> None:
        self.failed: BaseException | None = None

    @contextmanager
    def noted(self) -> Iterator[None]:
        try:
            yield
        except BaseException as error:
            self.failed = error
            raise


class _Source(_Failing):
    def __init__(self, text: Iterable[bytes]) -> None:
        super().__init__()
        self._rest, self._held = iter(text), b""

    def read(self, size: int = -1, /) -> bytes:
        with self.noted():
            while not self._held:
                if (chunk := next(self._rest, None)) is None:
                    return b""
                self._held = chunk
            given = self._held if size < 0 else self._held[:size]
            self._held = self._held[len(given) :]
            return given


class _File(_Failing):
    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self._file = file

    def read(self, size: int = -1, /) -> bytes:
        with self.noted():
            return self._file.read(size)


class _Sink(_Failing):
    def __init__(self, file: Writable) -> None:
        super().__init__()
        self._file, self.written = file, 0

    def write(self, data: bytes, /) -> int:
        with self.noted():
            self._file.write(data)
        self.written += len(data)
        return len(data)

    def flush(self) -> None:
        pass


@contextmanager
def _told(source: _Failing, sink: _Sink) -> Iterator[None]:
    try:
        yield
    except (pyrage.DecryptError, pyrage.EncryptError, OSError) as error:
        if not (source.failed or sink.failed):
            raise Invalid(_why(error, sink.written)) from None
    # What a write raises at the very end, pyrage does not tell.
    if failed := source.failed or sink.failed:
        raise failed


def _why(error: Exception, written: int) -> str:
    if isinstance(error, OSError):
        return f"the file is damaged or cut off after {written} bytes of content: {error}"
    return f"the file does not open; its head is damaged, or it is for another key: {error}"


def _recipient(text: str) -> x25519.Recipient:
    try:
        return x25519.Recipient.from_str(text)
    except pyrage.RecipientError as error:
        raise Invalid(f"this is no public key of age (age1...): {error}") from None


def _identity(text: str) -> x25519.Identity:
    try:
        return x25519.Identity.from_str(text)
    except pyrage.IdentityError as error:
        raise Invalid(f"this is no key of age (AGE-SECRET-KEY-1...): {error}") from None
