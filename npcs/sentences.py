"""Cutting speech into sentences."""

from __future__ import annotations

import re

_END = re.compile(r"(?<=[.!?…])[\"'”’)]*\s+(?=[^\s])")
_ABBREVIATION = re.compile(r"(?:\b(?:Mr|Mrs|Ms|Dr|St|Sr|Sra|Dra|Srta|vs)|\b[A-Z])\.$")


def split(text: str) -> list[str]:
    """The sentences of `text`, in order; joined by spaces they are the text again."""
    found: list[str] = []
    for part in _END.split(text.strip()):
        if found and _ABBREVIATION.search(found[-1]):
            found[-1] += " " + part
        elif part:
            found.append(part)
    return found


class Sentences:
    """Sentences out of pieces, as soon as each is complete."""

    def __init__(self) -> None:
        self._text = ""

    def feed(self, piece: str) -> list[str]:
        """The sentences that are complete now; the last one never is before `rest`."""
        self._text += piece
        *complete, self._text = split_keeping_end(self._text)
        return complete

    def rest(self) -> list[str]:
        rest, self._text = self._text, ""
        return split(rest)


def split_keeping_end(text: str) -> list[str]:
    """As `split`, but the unfinished end stays as it is, white space included."""
    found = split(text)
    if not found:
        return [text]
    start = text.rfind(found[-1])
    return [*found[:-1], text[start:]]
