"""From a file's bytes to text a reader can work on."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

from npcs.scripts.codepages import FALLBACK, detect
from npcs.scripts.records import Issue

MAX_BYTES = 16 * 1024 * 1024
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class FileText:
    path: str
    text: str
    """Line ends are \\n, a byte order mark is gone; empty where the file could not be read."""
    code_page: str
    issues: tuple[Issue, ...] = ()


def read_file(file: Path, *, name: str, code_page: str | None = None) -> FileText:
    """`name` is what issues and characters call the file; `code_page` overrides detection."""
    try:
        size = file.stat().st_size
        data = b"" if size > MAX_BYTES else file.read_bytes()
    except OSError as error:
        return _unread(name, f"cannot be read: {error.strerror}")
    if size > MAX_BYTES:
        return _unread(name, f"too large to be a script ({size:,} bytes)")
    return decode(data, name=name, code_page=code_page)


def decode(data: bytes, *, name: str, code_page: str | None = None) -> FileText:
    issues: list[Issue] = []
    if data.startswith(UTF16):
        return _unread(name, "UTF-16 text: save it in the client's code page (or UTF-8, no mark)")
    if data.startswith(codecs.BOM_UTF8):
        data = data.removeprefix(codecs.BOM_UTF8)
        issues.append(_warning(name, 1, "UTF-8 byte order mark: rAthena refuses this whole file"))
    data, nul = _up_to_nul(data)
    if nul is not None:
        issues.append(_error(name, nul, "NUL byte: not text from here on, the rest is not read"))
    codec = code_page or detect(data)
    text, problem = _to_text(data, codec)
    if problem:
        issues.append(_warning(name, problem, f"bytes that are not {codec} were replaced"))
    return FileText(name, text.replace("\r\n", "\n").replace("\r", "\n"), codec, tuple(issues))


def _up_to_nul(data: bytes) -> tuple[bytes, int | None]:
    """The text before a NUL byte (rAthena stops there too) and the line it is on."""
    end = data.find(b"\0")
    if end < 0:
        return data, None
    return data[:end], data.count(b"\n", 0, end) + 1


def _to_text(data: bytes, codec: str) -> tuple[str, int]:
    """The text, and the line of the first byte that had to be replaced (0: none)."""
    try:
        return data.decode(codec), 0
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
    if codec == "ascii":
        codec = FALLBACK
    return data.decode(codec, errors="replace"), line


def _unread(name: str, message: str) -> FileText:
    return FileText(name, "", "unread", (_error(name, 1, message),))


def _error(name: str, line: int, message: str) -> Issue:
    return Issue(path=name, line=line, message=message)


def _warning(name: str, line: int, message: str) -> Issue:
    return Issue(path=name, line=line, message=message, severity="warning")
