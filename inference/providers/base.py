from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from inference.generation import Generation, Message


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    base_url: str
    api_key: str = field(repr=False)
    model: str
    max_tokens: int
    temperature: float
    timeout: float
    """Seconds, total, for one answer."""
    owner: str = ""
    """The game server that brought it; empty: the platform. An owner's address is not trusted."""


@dataclass(frozen=True, kw_only=True)
class Own:
    """What the owner of a game server brought."""

    owner: str
    """The server's id."""
    base_url: str
    model: str
    api_key: str = field(repr=False)


class Provider(Protocol):
    async def generate(
        self, messages: Sequence[Message], *, task: str, deadline: float | None
    ) -> Generation: ...

    def stream(
        self, messages: Sequence[Message], *, task: str, deadline: float | None
    ) -> AsyncGenerator[str, None]: ...

    def close(self) -> None: ...
