"""Cutting speech into sentences. Thai writes no full stops: a space is where one may end, if enough
was said before it or a particle closes it."""

from __future__ import annotations

import re

from npcs.thai import RUN

_END = re.compile(r"[.!?…][\"'”’)]*(\s+)(?=\S)")
_LAST = re.compile(r"(?<!\d)[.!?…][\"'”’)]*$")
_SPACE = re.compile(r"(?<=\S)(\s+)(?=\S)")
_ABBREVIATION = re.compile(r"(?:\b(?:Mr|Mrs|Ms|Dr|St|Sr|Sra|Dra|Srta|vs)|\b[A-Z])\.$")
_CLOSED = re.compile("(?:ครับ|ค่ะ|คะ|นะ|จ้ะ|จ้า|หรอก|ล่ะ|เถอะ|เลย|แล้ว|สิ|ด้วย|กัน)$")
_ENOUGH = 40
"""Characters of Thai after which a space ends a sentence."""


def split(text: str) -> list[str]:
    """The sentences of `text`, in order; joined by spaces they are the text again."""
    return [part for part in _parts(text.strip()) if part]


def whole(text: str) -> str:
    """Without the last sentence if it has no end; empty if there is no other."""
    *complete, last = _parts(text.strip())
    ended = _LAST.search(last) or _CLOSED.search(last)
    return " ".join([*complete, last] if ended else complete)


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
    ends = _SPACE if RUN.search(text) else _END
    for end in ends.finditer(text):
        if _ends(text, start, end.start(1), end.end()):
            found.append(text[start : end.start(1)].strip())
            start = end.end()
    return [*found, text[start:]]


def _ends(text: str, start: int, end: int, following: int) -> bool:
    if _END.match(text, _mark(text, end)):
        return not _ABBREVIATION.search(text, start, end)
    thai = RUN.match(text[end - 1]) and RUN.match(text[following])
    said = text[start:end]
    if not thai or said.count('"') % 2:
        return False
    return len(said) >= _ENOUGH or bool(_CLOSED.search(said))


def _mark(text: str, end: int) -> int:
    """Where the mark that may end a sentence stands, before quotes and brackets."""
    while end > 0 and text[end - 1] in "\"'”’)":
        end -= 1
    return max(end - 1, 0)
