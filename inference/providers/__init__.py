"""Where LLM answers come from; chosen by the DEEPSEEK_* settings."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from aiworld.breaker import NotAsked
from inference.providers.base import Endpoint, Own, Provider
from inference.providers.owners import Owners
from inference.providers.profiles import profile_of

# By name: a process that asks no LLM does not wait for the SDK's import.
COMPATIBLE = "inference.providers.openai_compatible.OpenAICompatible"
DEEPSEEK = "https://api.deepseek.com"


def provider(own: Own | None = None) -> Provider:
    """A game server's own, or the platform's. Raises NotAsked when no LLM is configured.

    An endpoint other than DeepSeek's own may do without a key: it may be on this machine.
    """
    if own is not None:
        return owners.provider(endpoint(own))
    base_url = settings.DEEPSEEK_API_BASE.rstrip("/")
    key = settings.DEEPSEEK_API_KEY.strip()
    if not key and base_url in ("", DEEPSEEK, f"{DEEPSEEK}/v1"):
        raise NotAsked("no LLM is configured")
    base_url = base_url or DEEPSEEK
    return _provider(_endpoint(base_url, key, settings.DEEPSEEK_MODEL, settings.LLM_PROFILE))


def endpoint(own: Own) -> Endpoint:
    return replace(_endpoint(own.base_url, own.api_key, own.model), owner=own.owner)


def _endpoint(base_url: str, key: str, model: str, profile: str = "") -> Endpoint:
    return Endpoint(
        base_url=base_url,
        api_key=key,
        model=model,
        max_tokens=settings.DEEPSEEK_MAX_TOKENS,
        temperature=settings.DEEPSEEK_TEMPERATURE,
        timeout=settings.DEEPSEEK_TIMEOUT,
        profile=profile_of(base_url, profile),
    )


def warm_up() -> None:
    """Import the SDK, which takes a second: on an event loop the first to ask would hold up all."""
    import_string(COMPATIBLE)


def make(endpoint: Endpoint, **arguments: Any) -> Provider:
    made: Provider = import_string(COMPATIBLE)(endpoint, **arguments)
    return made


_provider = cache(make)
owners = Owners(make)


def _forget() -> None:
    global owners
    _provider.cache_clear()
    owners = Owners(make)


os.register_at_fork(after_in_child=_forget)
