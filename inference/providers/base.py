from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from inference.generation import Ask, Generation
from inference.providers.profiles import OPENAI_LIKE, Profile


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    base_url: str
    api_key: str = field(repr=False)
    model: str
    max_tokens: int
    temperature: float
    timeout: float
    """Seconds, total, for one answer, unless a question says how long it may take."""
    owner: str = ""
    """The game server that brought it; empty: the platform. An owner's address is not trusted."""
    profile: Profile = OPENAI_LIKE


@dataclass(frozen=True, kw_only=True)
class Own:
    """What the owner of a game server brought."""

    owner: str
    """The server's id."""
    base_url: str
    model: str
    api_key: str = field(repr=False)
    models: Mapping[str, str] = field(default_factory=dict)
    """By task, where it is another one there."""


class Provider(Protocol):
    async def generate(self, ask: Ask) -> Generation: ...

    def stream(self, ask: Ask) -> AsyncGenerator[str, None]: ...

    def close(self) -> None: ...
