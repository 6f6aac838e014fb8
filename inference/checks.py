"""Settings of language models that are fine as text and name nothing. `manage.py check` says so."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from inference import client
from inference.price_list import ASSUMED, CURRENCY
from inference.prices import price
from inference.providers.profiles import PROFILES


def start() -> None:
    register(profiles_are_known)
    register(endpoints_have_models)
    register(prices_are_known)


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
