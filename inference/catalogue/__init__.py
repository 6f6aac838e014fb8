"""Every one of the 28 models, one row each. docs/reference/inference.md says how to add one.

A row says what a model is and where its weights would be, not that they are there: one without
weights is listed, and refuses when it is asked."""

from __future__ import annotations

from inference.catalogue.behaviour import BEHAVIOUR
from inference.catalogue.texts import EMBEDDER, RERANKER, TEXTS
from inference.catalogue.visual import VISUAL
from inference.spec import ModelSpec

__all__ = ["EMBEDDER", "MODELS", "RERANKER", "VISUAL_MODELS", "everything"]

MODELS: tuple[ModelSpec, ...] = (*TEXTS, *BEHAVIOUR)
VISUAL_MODELS: tuple[ModelSpec, ...] = VISUAL


def everything(*, visual: bool) -> tuple[ModelSpec, ...]:
    """What an engine has; the visual ones with LOAD_VISUAL_MODELS only."""
    return (*MODELS, *VISUAL_MODELS) if visual else MODELS
