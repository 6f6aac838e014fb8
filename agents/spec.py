"""What an agent is: a row of the catalogue, not a class of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from aiworld.changes import Changes

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Facts = Mapping[str, Any]
"""What `gather` read: JSON only, since it is told to a model and kept with the run."""


def _nobody() -> Iterable[str]:
    return ()


def _fine(facts: Facts, output: Any) -> None:
    return None


@dataclass(frozen=True, kw_only=True)
class AgentSpec:
    key: str
    """Also the prompt's file, the metrics' label and the anchor in the docs."""
    group: str
    purpose: StrOrPromise
    """One sentence, shown to the owner."""
    may_change: StrOrPromise
    """What rows, in words."""
    calls: tuple[str, ...] = ()
    """gRPC methods, `Society.UpdateKarma`."""
    output: type[BaseModel]
    gather: Callable[[str, Facts], Facts]
    """Read: the subject and what was asked. Raises Invalid, NotFound."""
    decide: Callable[[Facts, Random], BaseModel]
    """By rules, when no language model answers."""
    check: Callable[[Facts, Any], None] = _fine
    """Raises Invalid for an output the rules do not allow, whoever made it."""
    apply: Callable[[str, Facts, Any, Changes], Mapping[str, Any]]
    """Write, in the runner's transaction and through `changes`; returns what came of it."""
    subjects: Callable[[], Iterable[str]] = _nobody
    """What it runs over by itself."""
    every: timedelta | None = None
    """None: only when it is called."""
    most_a_day: int = 500
    """Runs in a day (UTC), unless the owner says otherwise."""
    ask: Callable[[Facts], str] | None = None
    """The question to a language model, the prompt's user message. None, or empty: it goes by
    rules."""
