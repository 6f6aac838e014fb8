"""Takes out what a reasoning model thinks to itself: <think>...</think>."""

from __future__ import annotations

OPEN, CLOSE = "<think>", "</think>"


class ThinkFilter:
    """Fed piece by piece; a tag may be split anywhere. A block that never ends is thought, too."""

    def __init__(self) -> None:
        self._held = ""
        self._thinking = False
        self._started = False

    def feed(self, piece: str) -> str:
        """What may be shown now."""
        self._held += piece
        shown = ""
        while (tag := self._tag()) in self._held:
            before, _, self._held = self._held.partition(tag)
            shown += "" if self._thinking else before
            self._thinking = not self._thinking
        split = len(self._held) - _possible_tag(self._held, tag)
        ready, self._held = self._held[:split], self._held[split:]
        return self._trimmed(shown + ("" if self._thinking else ready))

    def finish(self) -> str:
        """What was held back in case it was the start of a tag."""
        return "" if self._thinking else self._trimmed(self._held)

    def _tag(self) -> str:
        return CLOSE if self._thinking else OPEN

    def _trimmed(self, text: str) -> str:
        """Without the blank lines that follow a thought at the very beginning."""
        text = text if self._started else text.lstrip()
        self._started = self._started or bool(text)
        return text


def without_thoughts(text: str) -> str:
    """Of a whole answer. Some models omit the opening tag; then the last closing tag counts."""
    thinking = ThinkFilter()
    shown = thinking.feed(text) + thinking.finish()
    return shown.rpartition(CLOSE)[2].strip()


def _possible_tag(text: str, tag: str) -> int:
    """Length of the longest end of `text` that `tag` could begin with."""
    return next((n for n in range(len(tag) - 1, 0, -1) if text.endswith(tag[:n])), 0)
