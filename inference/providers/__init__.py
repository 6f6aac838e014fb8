"""Where LLM answers come from; chosen by the DEEPSEEK_* settings."""

from __future__ import annotations

import os
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from aiworld.breaker import NotAsked
from inference.providers.base import Endpoint, Provider

# By name: a process that asks no LLM does not wait for the SDK's import.
COMPATIBLE = "inference.providers.openai_compatible.OpenAICompatible"
DEEPSEEK = "https://api.deepseek.com"


def provider() -> Provider:
    """Of the present settings. Raises NotAsked when no LLM is configured.

    An endpoint other than DeepSeek's own may do without a key: it may be on this machine.
    """
    base_url = settings.DEEPSEEK_API_BASE.rstrip("/")
    key = settings.DEEPSEEK_API_KEY.strip()
    if not key and base_url in ("", DEEPSEEK, f"{DEEPSEEK}/v1"):
        raise NotAsked("no LLM is configured")
    return _provider(
        Endpoint(
            base_url=base_url or DEEPSEEK,
            api_key=key,
            model=settings.DEEPSEEK_MODEL,
            max_tokens=settings.DEEPSEEK_MAX_TOKENS,
            temperature=settings.DEEPSEEK_TEMPERATURE,
            timeout=settings.DEEPSEEK_TIMEOUT,
        )
    )


def warm_up() -> None:
    """Import the SDK, which takes a second: on an event loop the first to ask would hold up all."""
    import_string(COMPATIBLE)


@cache
def _provider(endpoint: Endpoint) -> Provider:
    made: Provider = import_string(COMPATIBLE)(endpoint)
    return made


os.register_at_fork(after_in_child=_provider.cache_clear)
