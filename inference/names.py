"""Names of a game world in a text, and together with what a model found. A model has read
newspapers and knows no Poring; the server's own data does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from inference.backends.base import Span

_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
LONGEST_NAME = 5
"""Words."""


class Names:
    """Names by kind, ready to be looked for."""

    def __init__(self, kinds: Mapping[str, Sequence[str]]) -> None:
        self._kinds = {
            tuple(_WORD.findall(name.casefold())): kind
            for kind, names in kinds.items()
            for name in names
        }

    def found(self, text: str) -> list[Span]:
        """The longest names first found from the left; whole words, however they are written."""
        spans: list[Span] = []
        words = list(_WORD.finditer(text))
        at = 0
        while at < len(words):
            match = next(self._matches(words, at), None)
            if match:
                spans.append(match[0])
            at += match[1] if match else 1
        return spans

    def _matches(self, words: Sequence[re.Match[str]], at: int) -> Iterator[tuple[Span, int]]:
        for size in range(min(LONGEST_NAME, len(words) - at), 0, -1):
            told = tuple(word[0].casefold() for word in words[at : at + size])
            if kind := self._kinds.get(told):
                yield Span(words[at].start(), words[at + size - 1].end(), kind), size


def merged(found: Sequence[Span], known: Sequence[Span]) -> list[Span]:
    """What a model found, but for what overlaps a known name, which counts instead."""
    kept = [
        span
        for span in found
        if not any(span.start < each.end and each.start < span.end for each in known)
    ]
    return sorted([*kept, *known])
