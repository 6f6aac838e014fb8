"""What one check found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

State = Literal["ok", "warning", "failing"]
OK = "ok"


@dataclass(frozen=True)
class Finding:
    check: str
    state: State
    """warning: it goes on, but not for ever."""
    outcome: str
    """ok, or what is wrong."""
    advice: str = ""
    """What to do; empty if nothing is wrong."""
    seen: str = ""
    """Versions, numbers: what was looked at."""


class Check(Protocol):
    def __call__(self, answering: Mapping[str, str]) -> Iterator[Finding]:
        """`answering`: each service's name, and ok or the kind of error. A check that needs one
        which is away finds nothing: that is said of the service already."""


def fine(check: str, seen: str = "") -> Finding:
    return Finding(check, "ok", OK, seen=seen)


def warning(check: str, outcome: str, advice: str, seen: str = "") -> Finding:
    return Finding(check, "warning", outcome, advice, seen)


def failing(check: str, outcome: str, advice: str, seen: str = "") -> Finding:
    return Finding(check, "failing", outcome, advice, seen)
