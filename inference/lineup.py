"""The fleet, and what it runs on, as this installation's settings want it."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from inference import engines, published
from inference.adapters.base import Folders
from inference.catalogue import everything
from inference.spec import ModelSpec


def models(*, visual: bool | None = None) -> tuple[ModelSpec, ...]:
    """Each by the weights that answer here. `visual`: whether those of pictures are in it; None: as
    LOAD_VISUAL_MODELS says."""
    return published.chosen(catalogued(visual=visual), Path(settings.ML_MODEL_PATH))


def catalogued(*, visual: bool | None = None) -> tuple[ModelSpec, ...]:
    """The same, as the catalogue has them, whatever was downloaded."""
    found = {key: engines.engine(name) for key, name in engines.NAMES.items()}
    return everything(
        visual=settings.LOAD_VISUAL_MODELS if visual is None else visual,
        elsewhere={key: each for key, each in found.items() if each is not None},
    )


def folders() -> Folders:
    path = Path(settings.ML_MODEL_PATH)
    return Folders(
        models=path,
        cache=path / "graphs",
        device=settings.ML_DEVICE,
        half=settings.ML_FP16_INFERENCE,
    )
