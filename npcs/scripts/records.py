"""What reading script files gives. Everything here is plain data, ready to be stored."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["error", "warning"]
Voice = Literal["own", "other", "player", "narration"]
LineKind = Literal["window", "overhead"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """Something a file's author should look at. An error lost text; a warning did not."""

    path: str
    line: int
    message: str
    severity: Severity = "error"

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.severity}: {self.message}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What one speaker says on one page of a dialogue window (or once over the head)."""

    speaker: str
    """The name shown: the NPC's own, the `[Label]` of someone else, or "" for narration."""
    voice: Voice
    text: str
    """Plain text; `{player}`, `{item:501}` and … stand for what only the running script knows."""
    branch: tuple[str, ...] = ()
    """How a player gets there, outermost first: 'option "Buy"', 'if Zeny > 100', 'label L_End'."""
    page: int = 0
    kind: LineKind = "window"
    line: int = 0
    """In the file that holds the text, which for a duplicate is its source's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopItem:
    item: int
    price: int | None
    """None: the price of the item database."""
    stock: int | None = None
    """None: no limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    kind: str
    """shop, cashshop, itemshop, pointshop or marketshop."""
    currency: str
    """zeny, cash, item:<id> or variable:<name>."""
    items: tuple[ShopItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Character:
    """Somebody who stands on a map and can be talked to."""

    key: str
    """Stable key, `<map>/<unique name>`."""
    name: str
    unique_name: str
    map_name: str
    x: int
    y: int
    facing: int
    sprite: str
    state: str
    """"", or how it starts: hidden, cloaked, disabled."""
    role: str
    role_reason: str
    lines: tuple[Line, ...]
    """In the order of the script."""
    capped: bool
    """There was more to say than the limit allows."""
    shop: Shop | None
    path: str
    line: int
    duplicate_of: str
    """Unique name of the NPC whose script this one runs, or ""."""


@dataclass(slots=True, kw_only=True)
class Summary:
    files: int = 0
    understood: Counter[str] = field(default_factory=Counter)
    """Headers by kind (script, duplicate, shop, warp, monster ...)."""
    not_understood: int = 0
    characters: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    """Headers that are not characters, by reason."""
    code_pages: Counter[str] = field(default_factory=Counter)
    """Files by code page."""

    @property
    def headers(self) -> int:
        return self.understood.total() + self.not_understood

    @property
    def share_understood(self) -> float:
        """0.0-1.0; 1.0 where there was nothing to read."""
        return self.understood.total() / self.headers if self.headers else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptTree:
    characters: tuple[Character, ...]
    issues: tuple[Issue, ...]
    summary: Summary
