"""Settings of language models that are fine as text and name nothing. `manage.py check` says so."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from inference.providers.profiles import PROFILES


def start() -> None:
    register(profiles_are_known)
    register(endpoints_have_models)


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
