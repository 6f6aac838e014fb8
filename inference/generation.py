"""What goes into an LLM, what comes out, and what it took."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypedDict

from aiworld.errors import Unavailable

HUNG_UP, BROKE_OFF = "hung up", "broke off"
"""How a call ended that was paid for, beside "ok" and the names of errors: nobody wanted to hear
the rest; the rest never came."""


class CutShort(Unavailable):
    """A streamed answer was longer than it may be: what came is the beginning of one."""


class Message(TypedDict):
    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call of an LLM, for the ledger; failed ones and those nobody waited for, too."""

    provider: str
    """The host."""
    model: str
    """As the one that answered calls itself."""
    prompt_digest: str
    """SHA-256 of the messages."""
    prompt_tokens: int = 0
    cached_tokens: int = 0
    """Of the prompt's, those the provider had at hand and charges less for."""
    completion_tokens: int = 0
    estimated: bool = False
    """Counted here (`inference.tokens`), because the provider did not say."""
    seconds: float = 0.0
    outcome: str = "ok"
    asked: str = ""
    """The model by the name it was asked for by; money was set aside at that one's price."""


@dataclass
class Bill:
    """Collects what one question came to, whoever was asked for it and however it ended."""

    calls: list[Call] = field(default_factory=list)

    def add(self, call: Call) -> None:
        self.calls.append(call)

    @property
    def model(self) -> str:
        """Of the one that was heard; empty if none was."""
        heard = ("ok", HUNG_UP, BROKE_OFF)
        return next((call.model for call in reversed(self.calls) if call.outcome in heard), "")


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One question to an LLM."""

    messages: Sequence[Message]
    task: str
    deadline: float | None = None
    """Seconds from now, total."""
    bill: Bill = field(default_factory=Bill)
    schema: Mapping[str, Any] | None = None
    """JSON schema of the object that is wanted; None: text."""
    model: str = ""
    """Empty: the one that the endpoint is for."""
    max_tokens: int | None = None
    temperature: float | None = None
    """None: the endpoint's."""


@dataclass(frozen=True, kw_only=True)
class Generation:
    text: str
    """Never empty, without what the model thought to itself."""
    provider: str
    model: str
    prompt_tokens: int
    completion_tokens: int
    finish_reason: str
    """stop; length when it was cut at its longest."""
    seconds: float
    cached_tokens: int = 0
    estimated: bool = False


def digest(messages: Sequence[Message]) -> str:
    return hashlib.sha256(repr(list(messages)).encode()).hexdigest()
