"""What a script asks, and what it gets: plain data between the table and the calls."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, TypeVar

MOST_LINES = 100
MOST_FIELDS = 300
LONGEST_LINE = 255
"""Bytes."""


Row = TypeVar("Row", bound=Any)
MARKED = re.compile(rb"=(27|5C|3D)")


@dataclass(frozen=True, slots=True)
class Ask:
    """A row of the mailbox. Texts are in the client's code page."""

    id: int
    claim: str
    kind: str
    waits: bool
    npc: bytes
    npc_x: int
    npc_y: int
    char_id: int
    account_id: int
    base_level: int
    name: bytes
    body: bytes
    number: int
    asked_at: datetime
    microseconds_left: int

    @property
    def request_id(self) -> str:
        """The same for every bridge that takes it up, another after the table was made anew."""
        return f"tier0-{self.id}-{self.asked_at:%Y%m%d%H%M%S%f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`reason`: why the NPC's own script has to go on; empty if it has not. `fields`, of a call:
    names and values."""

    pages: tuple[tuple[bytes, ...], ...] = ()
    fields: tuple[tuple[bytes, bytes], ...] = ()
    choice: int = 0
    reason: str = ""

    @property
    def lines(self) -> list[tuple[int, bytes]]:
        """Page number and line, within what the table and the script take; of fields the names are
        page 0 and the values page 1."""
        if self.fields:
            named = self.fields[:MOST_FIELDS]
            return [(at, shown(one)) for pair in named for at, one in enumerate(pair)]
        found = [(at, line) for at, page in enumerate(self.pages) for line in page]
        return [(at, shown(line)) for at, line in found[:MOST_LINES]]


def unmarked(row: Row) -> Row:
    """With the quotes and backslashes that scripts put into other words (AI_Text)."""
    texts = {
        one.name: MARKED.sub(lambda match: bytes.fromhex(match[1].decode()), value)
        for one in fields(row)
        if isinstance(value := getattr(row, one.name), bytes)
    }
    return replace(row, **texts)


def shown(line: bytes) -> bytes:
    """A script's string ends at a NUL; the others would break the line or the log."""
    return line.translate(None, bytes(range(32)) + b"\x7f")[:LONGEST_LINE]


def written(text: str, code_page: str) -> bytes:
    """One line of a dialogue box out of words that were kept, without what the client acts on. The
    marks go before the encoding: in some code pages their bytes are halves of letters."""
    plain = "".join(c for c in text if c.isprintable() and c not in "^<>")
    while len(line := plain.encode(code_page, "replace")) > LONGEST_LINE:
        plain = plain[:-1]
    return line
