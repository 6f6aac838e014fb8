"""Settings of language models that are fine as text and name nothing. `manage.py check` says so."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from aiworld.errors import Invalid
from inference import client, engines
from inference.backends.chosen import credentials
from inference.catalogue import VISUAL_MODELS
from inference.credentials import is_here
from inference.price_list import ASSUMED, CURRENCY
from inference.prices import price
from inference.providers.profiles import PROFILES
from inference.sockets import SCHEMES
from inference.spec import APIS


def start() -> None:
    register(profiles_are_known)
    register(endpoints_have_models)
    register(prices_are_known)
    register(engines_are_known)
    register(addresses_are_guarded)
    register(pictures_have_models)


def profiles_are_known(**kwargs: Any) -> list[CheckMessage]:
    return [
        Error(
            f"{name} is {value!r}, which is no kind of endpoint.",
            hint=f"One of {', '.join(sorted(PROFILES))}, or empty.",
            id="inference.E001",
        )
        for name in ("LLM_PROFILE", "LLM_FALLBACK_PROFILE")
        if (value := getattr(settings, name)) and value not in PROFILES
    ]


def engines_are_known(**kwargs: Any) -> list[CheckMessage]:
    """Engines that run a model for us: a protocol we speak, and no key that others can read."""
    found: list[CheckMessage] = []
    for name in engines.NAMES.values():
        engine = engines.engine(name)
        if engine is None:
            continue
        if engine.api not in APIS:
            hint = f"One of {', '.join(APIS)}."
            told = f"{name}_ENGINE_API is {engine.api!r}, which is not spoken here."
            found.append(Error(told, hint=hint, id="inference.E003"))
        parts = urlsplit(engine.url)
        if engine.key and parts.scheme != "https" and not is_here(parts.hostname or ""):
            told = f"{name}_ENGINE_KEY would be sent to {parts.hostname} for all to read."
            found.append(Error(told, hint="Use https://.", id="inference.E004"))
    return found


def addresses_are_guarded(**kwargs: Any) -> list[CheckMessage]:
    """Of the inference process, where it is reached over TCP."""
    parts = urlsplit(settings.INFERENCE_SOCKET)
    if parts.scheme not in SCHEMES:
        return []
    try:
        credentials().check(parts.scheme, parts.hostname or "")
    except Invalid as error:
        return [Error(f"INFERENCE_SOCKET: {error.message}.", id="inference.E005")]
    return []


def pictures_have_models(**kwargs: Any) -> list[CheckMessage]:
    """LOAD_VISUAL_MODELS alone makes no model."""
    away = [spec.key for spec in VISUAL_MODELS if spec.weights.nowhere]
    if not settings.LOAD_VISUAL_MODELS or not away:
        return []
    return [
        Warning(
            f"LOAD_VISUAL_MODELS is on, and nobody has made weights for {', '.join(away)}.",
            hint="They are listed as missing, and no picture is looked at.",
            id="inference.W002",
        )
    ]


def endpoints_have_models(**kwargs: Any) -> list[CheckMessage]:
    chosen = {f"LLM_{task.upper()}": each for task, each in settings.LLM_TASKS.items()}
    named = {name: (each["base_url"], each["model"]) for name, each in chosen.items()}
    named["LLM_FALLBACK"] = (settings.LLM_FALLBACK_API_BASE, settings.LLM_FALLBACK_MODEL)
    return [
        Error(
            f"{name}_API_BASE is set and {name}_MODEL is not.",
            hint="Another endpoint has other models: say which.",
            id="inference.E002",
        )
        for name, (base_url, model) in named.items()
        if base_url and not model
    ]


def prices_are_known(**kwargs: Any) -> list[CheckMessage]:
    """A budget holds with a price that is assumed, too, but earlier than it need."""
    found: list[CheckMessage] = []
    if profiles_are_known():
        return found
    for seller in client.all_sellers():
        source = price(seller).source
        if source == "assumed":
            found.append(
                Warning(
                    f"No price is known of {seller.model} at {seller.host}.",
                    hint=f"{ASSUMED.input} and {ASSUMED.output} a million tokens are assumed. "
                    "Set LLM_PRICES, or LLM_PRICE_INPUT and LLM_PRICE_OUTPUT.",
                    id="inference.W001",
                )
            )
        if source in ("known", "assumed") and settings.LLM_PRICE_CURRENCY != CURRENCY:
            found.append(
                Error(
                    f"Budgets are in {settings.LLM_PRICE_CURRENCY}, and {seller.model} at "
                    f"{seller.host} has a price in {CURRENCY} only.",
                    hint="Set LLM_PRICES, or LLM_PRICE_INPUT and LLM_PRICE_OUTPUT.",
                    id="inference.E003",
                )
            )
    return found
