"""Every one of the 28 models and a small language model, one row each. How to add one:
docs/reference/inference.md.

A row says what a model is and where its weights would be, not that they are there: one without
weights is listed, and refuses when it is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from inference.catalogue.behaviour import BEHAVIOUR
from inference.catalogue.texts import EMBEDDER, RERANKER, TEXTS
from inference.catalogue.visual import VISUAL
from inference.catalogue.writers import WRITERS
from inference.spec import Elsewhere, ModelSpec

__all__ = ["EMBEDDER", "MODELS", "RERANKER", "VISUAL_MODELS", "everything"]

MODELS: tuple[ModelSpec, ...] = (*TEXTS, *BEHAVIOUR, *WRITERS)
VISUAL_MODELS: tuple[ModelSpec, ...] = VISUAL


def everything(
    *, visual: bool, elsewhere: Mapping[str, Elsewhere] | None = None
) -> tuple[ModelSpec, ...]:
    """What an engine has; the visual ones with LOAD_VISUAL_MODELS only. `elsewhere`: by key, who
    runs a model instead of this process."""
    rows = (*MODELS, *VISUAL_MODELS) if visual else MODELS
    moved = elsewhere or {}
    return tuple(_moved(row, moved[row.key]) if row.key in moved else row for row in rows)


def _moved(row: ModelSpec, elsewhere: Elsewhere) -> ModelSpec:
    return replace(row, adapter="elsewhere", elsewhere=elsewhere, devices=(), memory=0)
