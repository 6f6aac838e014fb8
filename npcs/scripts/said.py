"""What a script says before it is known who runs it: one script may serve many characters."""

from __future__ import annotations

from dataclasses import dataclass, field

from npcs.scripts.records import LineKind


@dataclass(frozen=True, slots=True)
class Said:
    """Fragments shown together; `speaker` is the last `[Label]` on the page, "" if it has none."""

    speaker: str
    fragments: list[str]
    branch: tuple[str, ...]
    page: int
    kind: LineKind
    line: int


@dataclass(frozen=True, slots=True)
class Call:
    function: str
    branch: tuple[str, ...]
    page: int


@dataclass(slots=True)
class Speech:
    parts: list[Said | Call] = field(default_factory=list)
    words: set[str] = field(default_factory=set)
    """Commands the script uses, lower case; a role is guessed from them."""
    functions: set[str] = field(default_factory=set)
    shops: list[str] = field(default_factory=list)
    """Unique names of the shops it opens."""
