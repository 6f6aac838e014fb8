"""What each kind of endpoint understands of the OpenAI chat protocol, and its known traps; told in
docs/how-to/choose-a-language-model.md. A row is found by the address, or named by the operator.

What an endpoint refuses all the same is left out from then on (`parameters`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

CHAT_TEMPLATE: Mapping[str, Any] = {"chat_template_kwargs": {"enable_thinking": False}}


@dataclass(frozen=True, eq=False, kw_only=True)
class Profile:
    key: str
    name: str
    hosts: tuple[str, ...] = ()
    """Host names, those below them too."""
    port: int | None = None
    """Where such a program listens unless it is told otherwise."""
    usage_in_streams: bool = True
    """Whether `stream_options.include_usage` is known there; otherwise tokens are counted here."""
    schema: Literal["json_schema", "json_object"] | None = "json_schema"
    """What makes it answer with JSON; None: only the prompt does."""
    thinking_off: Mapping[str, Any] = field(default_factory=dict)
    """Added to each request, so that the model answers instead of thinking its tokens away."""
    context: int | None = None
    """Tokens of prompt and answer together, where the endpoint cuts longer ones without a word."""
    one_system_message: bool = False
    """Whether chat formats are met there that know one system message only, at the beginning."""
    counted_exactly: bool = False
    """Its vocabulary is the one of `inference.tokens`."""


OPENAI_LIKE = Profile(key="openai", name="OpenAI-compatible")
PROFILES = {
    profile.key: profile
    for profile in (
        Profile(
            key="deepseek",
            name="DeepSeek",
            hosts=("deepseek.com",),
            schema="json_object",
            thinking_off={"thinking": {"type": "disabled"}},
            counted_exactly=True,
        ),
        Profile(
            key="openrouter",
            name="OpenRouter",
            hosts=("openrouter.ai",),
            thinking_off={"reasoning": {"enabled": False}},
        ),
        Profile(
            key="ollama",
            name="Ollama",
            hosts=("ollama.com",),
            port=11434,
            thinking_off={"reasoning_effort": "none"},
            context=4096,
            one_system_message=True,
        ),
        Profile(
            key="vllm",
            name="vLLM",
            port=8000,
            thinking_off=CHAT_TEMPLATE,
            one_system_message=True,
        ),
        Profile(
            key="llamacpp",
            name="llama.cpp",
            port=8080,
            thinking_off=CHAT_TEMPLATE,
            one_system_message=True,
        ),
        Profile(key="lmstudio", name="LM Studio", port=1234, one_system_message=True),
        Profile(key="mistral", name="Mistral", hosts=("mistral.ai",), usage_in_streams=False),
        OPENAI_LIKE,
    )
}


def profile_of(base_url: str, key: str = "") -> Profile:
    """The one named, else by host, else by port. Raises KeyError for a name that is none."""
    if key:
        return PROFILES[key]
    try:
        address = urlsplit(base_url)
        host, port = address.hostname or "", address.port
    except ValueError:
        return OPENAI_LIKE
    for profile in PROFILES.values():
        if any(f".{host}".endswith(f".{known}") for known in profile.hosts):
            return profile
    by_port = (each for each in PROFILES.values() if port is not None and each.port == port)
    return next(by_port, OPENAI_LIKE)
