"""What goes into an LLM and what comes out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypedDict


class Message(TypedDict):
    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, kw_only=True)
class Generation:
    text: str
    """Never empty, without what the model thought to itself."""
    provider: str
    model: str
    prompt_tokens: int
    completion_tokens: int
    finish_reason: str
    """stop; length when it was cut at DEEPSEEK_MAX_TOKENS."""
    seconds: float
