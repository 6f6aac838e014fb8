"""What an agent is: a row of the catalogue, not a class of its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from aiworld.changes import Changes
from aiworld.errors import Invalid
from npcs.scales import Source

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Facts = Mapping[str, Any]
"""What `gather` read: JSON only, since it is told to a model and kept with the run."""


A = TypeVar("A", bound="Asked")


class Asked(BaseModel):
    """What a run of an agent is given, typed."""

    model_config = ConfigDict(extra="forbid", strict=True)


def read(model: type[A], asked: Facts) -> A:
    """What was asked as `model`. Raises Invalid that names the field."""
    try:
        return model.model_validate(dict(asked))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise Invalid(f"{field}: {first['msg']}", field=field or "asked") from None


def character(subject: str) -> int:
    """The character id that a subject is. Raises Invalid."""
    if not (subject.isascii() and subject.isdecimal() and 0 < int(subject) < 2**63):
        raise Invalid("the subject is no character id", field="subject")
    return int(subject)


EVERYBODY = "everybody"
"""Subject of a run over the whole server."""


def everybody() -> Iterable[str]:
    return (EVERYBODY,)


def _nobody() -> Iterable[str]:
    return ()


def _goes_its_own_way(facts: Facts, random: Random) -> BaseModel:
    raise NotImplementedError("an agent decides by rules, or has a way of its own")


def _fine(facts: Facts, output: Any) -> None:
    return None


@dataclass(frozen=True, kw_only=True)
class Work:
    """What came of an agent's own path."""

    output: BaseModel
    source: str = Source.COMPOSER
    cost: Decimal = Decimal(0)
    """In LLM_PRICE_CURRENCY, as the ledger has it."""


@dataclass(frozen=True, kw_only=True)
class OwnWay:
    """Of an agent whose path is no run of the loop: a talk claims no row. The path itself asks
    `agents.gate` for the owner's switch and bound. A run is one time by hand; over everybody it is
    the account of what the path did since the last account."""

    go: Callable[[Facts, float, bool], Awaitable[Work]]
    """With what was gathered, so many seconds, and whether a language model may be asked."""
    used: Callable[[datetime], int]
    """How often the path was taken since then."""


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
    decide: Callable[[Facts, Random], BaseModel] = _goes_its_own_way
    """By rules, when no language model answers."""
    check: Callable[[Facts, Any], None] = _fine
    """Raises Invalid for an output the rules do not allow, whoever made it."""
    apply: Callable[[str, Facts, Any, Changes], Mapping[str, Any]]
    """Write, in the runner's transaction and through `changes`; returns what came of it."""
    subjects: Callable[[], Iterable[str]] = _nobody
    """What it runs over by itself."""
    every: timedelta | None = None
    """None: only when it is called."""
    acted_on: str = ""
    """Kind of event (`WorldEvent.what`) that is nothing until the map-server acts on it: where no
    owner said how often, it runs by itself only while the map-server says that it does
    (`Server.acts_on`). Characters would talk of what is not there."""
    most_a_day: int = 500
    """Runs in a day (UTC), unless the owner says otherwise."""
    ask: Callable[[Facts], str] | None = None
    """The question to a language model, the prompt's user message. None, or empty: it goes by
    rules."""
    taken_back: Callable[[], object] | None = None
    """After its changes are taken back, in the same transaction: what follows from the rows that
    it changed is worked out anew."""
    own_way: OwnWay | None = None
    """In place of `decide` and `ask`."""

    @property
    def asks_model(self) -> bool:
        """Whether a language model can decide for it."""
        return self.ask is not None or self.own_way is not None
