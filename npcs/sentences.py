"""Cutting speech into sentences."""

from __future__ import annotations

import re

_END = re.compile(r"[.!?…][\"'”’)]*(\s+)(?=\S)")
_LAST = re.compile(r"(?<!\d)[.!?…][\"'”’)]*$")
_ABBREVIATION = re.compile(r"(?:\b(?:Mr|Mrs|Ms|Dr|St|Sr|Sra|Dra|Srta|vs)|\b[A-Z])\.$")


def split(text: str) -> list[str]:
    """The sentences of `text`, in order; joined by spaces they are the text again."""
    return [part for part in _parts(text.strip()) if part]


def whole(text: str) -> str:
    """Without the last sentence if it has no end; empty if there is no other."""
    *complete, last = _parts(text.strip())
    return " ".join([*complete, last] if _LAST.search(last) else complete)


class Sentences:
    """Sentences out of pieces, as soon as each is complete."""

    def __init__(self) -> None:
        self._text = ""

    def feed(self, piece: str) -> list[str]:
        """The sentences that are complete now; the last one never is before `rest`."""
        *complete, self._text = _parts(self._text + piece)
        return complete

    def rest(self) -> list[str]:
        rest, self._text = self._text, ""
        return split(rest)


def _parts(text: str) -> list[str]:
    """Whole sentences, and what is left: it may go on, so it stays as it is."""
    found, start = [], 0
    for end in _END.finditer(text):
        if not _ABBREVIATION.search(text, start, end.start(1)):
            found.append(text[start : end.start(1)].strip())
            start = end.end()
    return [*found, text[start:]]
