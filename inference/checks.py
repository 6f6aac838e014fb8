"""Settings of language models that are fine as text and name nothing. `manage.py check` says so."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from inference.providers.profiles import PROFILES


def start() -> None:
    register(profiles_are_known)


def profiles_are_known(**kwargs: Any) -> list[CheckMessage]:
    return [
        Error(
            f"{name} is {value!r}, which is no kind of endpoint.",
            hint=f"One of {', '.join(sorted(PROFILES))}, or empty.",
            id="inference.E001",
        )
        for name in ("LLM_PROFILE",)
        if (value := getattr(settings, name)) and value not in PROFILES
    ]
