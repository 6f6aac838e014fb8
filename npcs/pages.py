"""A reply laid out for the game's dialogue box, in the bytes of the server's code page."""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from unidecode import unidecode

from aiworld.errors import Invalid
from npcs.safety import clean_reply

MAX_LINE_BYTES = 200
"""Legacy scripts stay below this (p99 155 bytes); the packet would carry far more."""


@dataclass(frozen=True, kw_only=True)
class Page:
    lines: tuple[str, ...]
    raw_lines: tuple[bytes, ...]
    """`lines` in the code page of the server."""


def paginate(
    text: str, *, columns: int = 45, lines_per_page: int = 8, code_page: str = "cp1252"
) -> tuple[Page, ...]:
    """Pages of at most `lines_per_page` lines of at most `columns` columns (a wide character takes
    two) and 200 bytes. Text with nothing to say has no pages."""
    if columns < 4 or lines_per_page < 1:
        raise Invalid("A page has at least 4 columns and 1 line.", field="columns")
    lines = list(_wrapped(clean_reply(encodable(text, code_page)), columns, code_page))
    pages = (lines[i : i + lines_per_page] for i in range(0, len(lines), lines_per_page))
    return tuple(
        Page(lines=tuple(page), raw_lines=tuple(line.encode(code_page) for line in page))
        for page in pages
    )


def encodable(text: str, code_page: str) -> str:
    """`text` in characters of the code page, the others written in letters it has ('ł' -> 'l')."""
    try:
        codecs.lookup(code_page)
    except LookupError:
        raise Invalid(f"Unknown code page {code_page!r}.", field="code_page") from None
    clean = clean_reply(text)
    if clean.isascii():
        return clean
    return "".join(_written(character, code_page) for character in clean)


@lru_cache(maxsize=8192)
def _written(character: str, code_page: str) -> str:
    if _fits(character, code_page):
        return character
    if character in "\u00bf\u00a1":  # opening marks: their closing ones are enough
        return ""
    letters = unidecode(character)
    return letters if _fits(letters, code_page) else ""


def _fits(text: str, code_page: str) -> bool:
    """Some code pages (cp932, cp949) have characters that come back as others."""
    try:
        return text.encode(code_page).decode(code_page) == text
    except UnicodeError:
        return False


def _wrapped(text: str, columns: int, code_page: str) -> Iterator[str]:
    line = ""
    for word in text.split():
        if line and _room(f"{line} {word}", columns, code_page):
            line = f"{line} {word}"
            continue
        if line:
            yield line
        *full, line = _pieces(word, columns, code_page)
        yield from full
    if line:
        yield line


def _pieces(word: str, columns: int, code_page: str) -> list[str]:
    """A word that is wider than a line (or text without spaces), cut between characters."""
    pieces = [""]
    for character in word:
        if pieces[-1] and not _room(pieces[-1] + character, columns, code_page):
            pieces.append("")
        pieces[-1] += character
    return pieces


def _room(line: str, columns: int, code_page: str) -> bool:
    if line.isascii():  # one byte and one column each, in every code page of a game client
        return len(line) <= min(columns, MAX_LINE_BYTES)
    return _width(line) <= columns and len(line.encode(code_page)) <= MAX_LINE_BYTES


def _width(line: str) -> int:
    if line.isascii():
        return len(line)
    return sum(_columns(character) for character in line)


@lru_cache(maxsize=8192)
def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
