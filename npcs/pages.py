"""A reply laid out for the game's dialogue box, in the bytes of the server's code page."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from anyascii import anyascii

from aiworld.errors import Invalid
from npcs.safety import clean_reply
from npcs.thai import RUN, segment

MAX_LINE_BYTES = 200
"""Legacy scripts stay below this (p99 155 bytes); the packet would carry far more."""
_FOLLOWS = frozenset("\u0e30\u0e32\u0e33\u0e45\u0e46\u200d")
"""Thai vowels after their consonant: a line never begins with one."""
_FIRST_STAND_IN = 0xE000
"""Private characters: a reply is cleaned of them."""
_LEADS = frozenset("\u0e40\u0e41\u0e42\u0e43\u0e44")
"""Thai vowels before their consonant: a line never ends with one."""


@dataclass(frozen=True, kw_only=True)
class Page:
    lines: tuple[str, ...]
    raw_lines: tuple[bytes, ...]
    """`lines` in the code page of the server."""


@dataclass(frozen=True)
class Link:
    """Markup of ours around words of the text; only `npcs.links` makes it."""

    words: str
    opens: str
    closes: str


def paginate(
    text: str,
    *,
    columns: int = 45,
    lines_per_page: int = 8,
    code_page: str = "cp1252",
    links: Sequence[Link] = (),
) -> tuple[Page, ...]:
    """Pages of at most `lines_per_page` lines of at most `columns` columns (a wide character takes
    two, what stands above or below another none) and 200 bytes. Lines break at spaces, in Thai
    between words, and never inside of a link, whose markup takes no column. Text with nothing to
    say has no pages."""
    if columns < 4 or lines_per_page < 1:
        raise Invalid("A page has at least 4 columns and 1 line.", field="columns")
    clean = clean_reply(encodable(text, code_page))
    box = _Box(columns, code_page)
    lines = [box.written(line) for line in _wrapped(_linked(clean, links, box), box)]
    pages = (lines[i : i + lines_per_page] for i in range(0, len(lines), lines_per_page))
    return tuple(
        Page(lines=tuple(page), raw_lines=tuple(line.encode(code_page) for line in page))
        for page in pages
    )


@dataclass
class _Box:
    """How wide a line may be, and what stands for a link in it: one character each, of those that
    `clean_reply` leaves in no text."""

    columns: int
    code_page: str
    shown: dict[str, str] = field(default_factory=dict)
    markup: dict[str, str] = field(default_factory=dict)

    def stand_in(self, link: Link, words: str) -> str:
        """For a link; its plain words if it does not fit in any line."""
        markup = f"{link.opens}{words}{link.closes}"
        if _width(words) > self.columns or len(markup.encode(self.code_page)) > MAX_LINE_BYTES:
            return words
        character = chr(_FIRST_STAND_IN + len(self.shown))
        self.shown[character], self.markup[character] = words, markup
        return character

    def room(self, line: str) -> bool:
        if line.isascii():  # one byte and one column each, in every code page of a game client
            return len(line) <= min(self.columns, MAX_LINE_BYTES)
        if _width(self._put(line, self.shown)) > self.columns:
            return False
        return len(self.written(line).encode(self.code_page)) <= MAX_LINE_BYTES

    def written(self, line: str) -> str:
        return self._put(line, self.markup)

    def _put(self, line: str, what: dict[str, str]) -> str:
        for character, words in what.items():
            line = line.replace(character, words)
        return line


def _linked(text: str, links: Sequence[Link], box: _Box) -> str:
    """With a stand-in for each link, the longest words first."""
    by_words: dict[str, Link] = {}
    for link in links:
        words = encodable(link.words, box.code_page)
        if words and words == clean_reply(words):
            by_words.setdefault(words, link)
    if not by_words:
        return text
    longest = sorted(by_words, key=len, reverse=True)
    either = "|".join(map(re.escape, longest))
    stand_ins: dict[str, str] = {}

    def put(match: re.Match[str]) -> str:
        words = match[0]
        if words not in stand_ins:
            stand_ins[words] = box.stand_in(by_words[words], words)
        return stand_ins[words]

    return re.sub(rf"(?<![A-Za-z0-9_])(?:{either})(?![A-Za-z0-9_])", put, text)


def encodable(text: str, code_page: str) -> str:
    """`text` in characters of the code page, the others written in letters it has ('ł' -> 'l')."""
    try:
        codecs.lookup(code_page)
    except LookupError:
        raise Invalid(f"Unknown code page {code_page!r}.", field="code_page") from None
    return in_letters_of(clean_reply(text), code_page)


def in_letters_of(text: str, code_page: str) -> str:
    """`encodable` without the cleaning."""
    if text.isascii():
        return text
    return "".join(_written(character, code_page) for character in text)


@lru_cache(maxsize=8192)
def _written(character: str, code_page: str) -> str:
    if _fits(character, code_page):
        return character
    if character in "\u00bf\u00a1":  # opening marks: their closing ones are enough
        return ""
    letters = anyascii(character)
    if letters.startswith(":") and letters.endswith(":") and len(letters) > 1:  # :smile:
        return ""
    return letters if _fits(letters, code_page) else ""


def _fits(text: str, code_page: str) -> bool:
    """Some code pages (cp932, cp949) have characters that come back as others."""
    try:
        return text.encode(code_page).decode(code_page) == text
    except UnicodeError:
        return False


def _wrapped(text: str, box: _Box) -> Iterator[str]:
    line = ""
    for space, word in _words(text):
        if line and box.room(f"{line}{space}{word}"):
            line = f"{line}{space}{word}"
            continue
        if line:
            yield line
        *full, line = _pieces(word, box)
        yield from full
    if line:
        yield line


def _words(text: str) -> Iterator[tuple[str, str]]:
    """What stays together, and what goes before it: a space, or nothing between words of Thai."""
    for chunk in text.split():
        space = " "
        for part in _breakable(chunk):
            yield space, part
            space = ""


def _breakable(chunk: str) -> list[str]:
    if chunk.isascii() or not RUN.search(chunk):
        return [chunk]
    parts: list[str] = []
    for run in re.split(f"({RUN.pattern})", chunk):
        parts += segment(run) if RUN.fullmatch(run) else [run] if run else []
    joined = parts[:1]
    for part in parts[1:]:  # a mark stays with its word, and ๆ and ฯ with theirs
        alone = not any(character.isalnum() for character in part) or part[0] in "\u0e46\u0e2f"
        if alone or not any(character.isalnum() for character in joined[-1]):
            joined[-1] += part
        else:
            joined.append(part)
    return joined


def _pieces(word: str, box: _Box) -> list[str]:
    """A word that is wider than a line (or text without spaces), cut between letters."""
    pieces = [""]
    for letter in _letters(word):
        if pieces[-1] and not box.room(pieces[-1] + letter):
            pieces.append("")
        pieces[-1] += letter
    return [bit for piece in pieces for bit in _hard(piece, box)]


def _hard(piece: str, box: _Box) -> list[str]:
    """A letter with more on it than a line holds is no letter of any language."""
    if box.room(piece):
        return [piece]
    bits = [""]
    for character in piece:
        if bits[-1] and not box.room(bits[-1] + character):
            bits.append("")
        bits[-1] += character
    return bits


def _letters(text: str) -> list[str]:
    """Characters, each with what belongs to it: marks, and in Thai its vowels."""
    found: list[str] = []
    for character in text:
        joins = _columns(character) == 0 or character in _FOLLOWS
        if found and (joins or found[-1][-1] in _LEADS):
            found[-1] += character
        else:
            found.append(character)
    return found


def _width(line: str) -> int:
    if line.isascii():
        return len(line)
    return sum(_columns(character) for character in line)


@lru_cache(maxsize=8192)
def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
