"""Where in a script's branches a statement stands."""

from __future__ import annotations

from dataclasses import dataclass

from npcs.scripts.choices import chosen, shorten
from npcs.scripts.markup import plain

ELSE = "else"


@dataclass(slots=True)
class _Frame:
    label: str
    speaker: str
    otherwise: str = ""
    options: tuple[str, ...] | None = None
    """Set for a switch: the texts its cases stand for."""
    opened: bool = False
    """Its `{` was seen; until then it holds one statement."""


class BlockStack:
    """Open blocks, outermost first. Speakers are kept so that a branch does not inherit the one of
    the branch before it."""

    def __init__(self) -> None:
        self._frames: list[_Frame] = []
        self._section = ""
        self._path: tuple[str, ...] | None = ()
        self._last = _Frame("", "")

    @property
    def section(self) -> str:
        """The label the script is below, or the menu option that leads to it."""
        return self._section

    @section.setter
    def section(self, label: str) -> None:
        self._section = label
        self._path = None

    def path(self) -> tuple[str, ...]:
        if self._path is None:
            labels = [self._section, *(frame.label for frame in self._frames)]
            self._path = tuple(label for label in labels if label)
        return self._path

    def push(
        self,
        label: str,
        speaker: str,
        *,
        otherwise: str = "",
        options: tuple[str, ...] | None = None,
    ) -> None:
        top = self._frames[-1] if self._frames else None
        if top and not top.opened and top.label == ELSE and otherwise:
            top.label = ""
        self._frames.append(_Frame(label, speaker, otherwise, options))
        self._path = None

    def push_else(self) -> str:
        """The speaker at the beginning of the `if`."""
        self.push(self._last.otherwise or ELSE, self._last.speaker)
        return self._last.speaker

    def open(self, speaker: str) -> None:
        if not self._frames or self._frames[-1].opened:
            self._frames.append(_Frame("", speaker))
        self._frames[-1].opened = True

    def close(self) -> str:
        """The speaker at the beginning of the block that ends."""
        while self._frames and not self._frames[-1].opened:
            self._frames.pop()
        self._path = None
        if not self._frames:
            return ""
        ended = self._frames.pop()
        self.end_statement()
        self._last = ended
        return ended.speaker

    def end_statement(self) -> None:
        """Blocks without braces end with their one statement."""
        while self._frames and not self._frames[-1].opened:
            self._last = self._frames.pop()
            self._path = None

    def case(self, value: str | None) -> str:
        """The speaker at the beginning of the switch; `value` None is `default`."""
        self.end_statement()
        for frame in reversed(self._frames):
            if frame.options is not None:
                frame.label = _case_label(frame.options, value)
                self._path = None
                return frame.speaker
        return ""


def _case_label(options: tuple[str, ...], value: str | None) -> str:
    if value is None:
        return "default"
    value = value.strip()
    return chosen(options, value) or f"case {shorten(plain(value))}"
