"""Engines that run a model instead of the inference process, as the settings name them."""

from __future__ import annotations

from django.conf import settings

from inference.catalogue import EMBEDDER, RERANKER
from inference.spec import Elsewhere

NAMES = {EMBEDDER: "EMBEDDING", RERANKER: "RERANKER"}
"""Models that may run elsewhere, and what the names of their settings begin with."""


def engine(name: str) -> Elsewhere | None:
    """Of <name>_ENGINE_URL and its sisters; None without an address."""
    url = getattr(settings, f"{name}_ENGINE_URL")
    if not url:
        return None
    return Elsewhere(
        url=url,
        api=getattr(settings, f"{name}_ENGINE_API"),
        model=getattr(settings, f"{name}_ENGINE_MODEL"),
        key=getattr(settings, f"{name}_ENGINE_KEY"),
        authority=settings.ENGINE_CA,
        timeout=settings.ENGINE_TIMEOUT,
    )
