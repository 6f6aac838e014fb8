"""Where LLM answers come from; chosen by the DEEPSEEK_* and LLM_* settings."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from aiworld.breaker import NotAsked
from inference.providers.base import Endpoint, Own, Provider
from inference.providers.hedged import Hedged
from inference.providers.owners import Owners
from inference.providers.profiles import profile_of
from inference.providers.tasks import choice_of

# By name: a process that asks no LLM does not wait for the SDK's import.
COMPATIBLE = "inference.providers.openai_compatible.OpenAICompatible"
IN_PROCESS = "inference.providers.in_process.InProcess"
OURS = "inference://"
"""An address that means the inference process's own small language model."""
DEEPSEEK = "https://api.deepseek.com"
MARGIN = 1.25
"""How many more tokens another vocabulary may make of a text."""
NO_CHOICE = {"base_url": "", "key": "", "model": ""}


def provider(own: Own | None = None, *, task: str = "dialogue") -> Provider:
    """A game server's own, or the platform's for this task. Raises NotAsked when there is none.

    No other ever stands in for an owner's: its owner chose whom to tell what players say.
    """
    if own is not None:
        return owners.provider(endpoint(own))
    found = [_provider(each) for each in endpoints(task)]
    if not found:
        raise NotAsked("no LLM is configured")
    if len(found) == 1:
        return found[0]
    return Hedged(*found, after=settings.LLM_HEDGE_AFTER)


def endpoints(task: str) -> list[Endpoint]:
    """The platform's that one question of this task may go to: none, one, or two."""
    return [each for each in (_first(task), _second()) if each is not None]


def model_for(task: str, own: Own | None) -> str:
    """Empty: the one of the endpoint that is asked."""
    chosen = choice_of(task)
    if own is not None:
        return own.models.get(chosen, "")
    return str(settings.LLM_TASKS.get(chosen, NO_CHOICE)["model"])


def longest_prompt(own: Own | None) -> int:
    """See `client.longest_prompt`."""
    if own is not None:
        profile = profile_of(own.base_url)
    else:
        profile = profile_of(settings.DEEPSEEK_API_BASE or DEEPSEEK, settings.LLM_PROFILE)
    most = int(settings.LLM_PROMPT_TOKENS)
    if profile.context is not None:
        most = min(most, profile.context - settings.DEEPSEEK_MAX_TOKENS)
    return int(most / (1.0 if profile.counted_exactly else MARGIN))


def endpoint(own: Own) -> Endpoint:
    return replace(_endpoint(own.base_url, own.api_key, own.model), owner=own.owner)


def _first(task: str) -> Endpoint | None:
    """An endpoint other than DeepSeek's own may do without a key: it may be on this machine. A key
    goes to the address it was given for and to no other."""
    chosen = settings.LLM_TASKS.get(choice_of(task), NO_CHOICE)
    if chosen["base_url"]:
        return _endpoint(chosen["base_url"], chosen["key"], chosen["model"])
    base_url = settings.DEEPSEEK_API_BASE.rstrip("/") or DEEPSEEK
    key = settings.DEEPSEEK_API_KEY.strip()
    if not key and base_url in (DEEPSEEK, f"{DEEPSEEK}/v1"):
        return None
    return _endpoint(base_url, key, settings.DEEPSEEK_MODEL, settings.LLM_PROFILE)


def _second() -> Endpoint | None:
    model = settings.LLM_FALLBACK_MODEL
    if not model:
        return None
    if not settings.LLM_FALLBACK_API_BASE:  # another model of the same endpoint
        base_url, key = settings.DEEPSEEK_API_BASE or DEEPSEEK, settings.DEEPSEEK_API_KEY
        return _endpoint(base_url, key, model, settings.LLM_PROFILE)
    base_url, key = settings.LLM_FALLBACK_API_BASE, settings.LLM_FALLBACK_API_KEY
    return _endpoint(base_url, key, model, settings.LLM_FALLBACK_PROFILE)


def _endpoint(base_url: str, key: str, model: str, profile: str = "") -> Endpoint:
    return Endpoint(
        base_url=base_url.rstrip("/"),
        api_key=key.strip(),
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
    """An owner's address never leads to what is ours."""
    ours = endpoint.base_url.startswith(OURS) and not endpoint.owner
    made: Provider = import_string(IN_PROCESS if ours else COMPATIBLE)(endpoint, **arguments)
    return made


_provider = cache(make)
owners = Owners(make)


def _forget() -> None:
    global owners
    _provider.cache_clear()
    owners = Owners(make)


os.register_at_fork(after_in_child=_forget)
