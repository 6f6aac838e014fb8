"""A trained model as files: tensors, and what the card's details tell of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from inference.learned.days import Floats
from inference.learned.features import VERSION
from inference.learned.lessons import BY_KEY
from inference.learned.network import Ensemble, Scale
from inference.learned.training import Plain, Trained

CODE = f"features {VERSION}"


def save(trained: Trained, path: Path) -> None:
    """Written whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.new")
    save_file(tensors(trained), draft)
    draft.replace(path)


def tensors(trained: Trained) -> dict[str, NDArray[np.float32]]:
    plain = trained.plain
    found = trained.network.tensors("network")
    if plain.model is not None:
        found |= plain.model.tensors("plain")
    found["scale.mean"] = plain.scale.mean.astype(np.float32)
    found["scale.spread"] = plain.scale.spread.astype(np.float32)
    found["deciles"] = trained.deciles.astype(np.float32)
    found["said"] = trained.said.astype(np.float32)
    return {name: np.ascontiguousarray(value) for name, value in found.items()}


def details(trained: Trained) -> dict[str, Any]:
    return {"names": list(trained.names), "rows": trained.rows, "says": trained.lesson.says}


def load(key: str, path: Path, told: Mapping[str, Any]) -> Trained:
    """`told`: the card's details. Raises KeyError, OSError and safetensors' errors."""
    lesson, found = BY_KEY[key], load_file(path)
    names = tuple(told["names"])
    scale = Scale(_wide(found["scale.mean"]), _wide(found["scale.spread"]))
    plain = None
    if lesson.plain:
        plain = Ensemble.read(found, "plain", lesson.kind)
    column = names.index(lesson.plain) if lesson.plain else 0
    return Trained(
        lesson, names, Ensemble.read(found, "network", lesson.kind), Plain(column, plain, scale),
        _wide(found["deciles"]), _wide(found["said"]), int(told["rows"]), "",
    )  # fmt: skip


def _wide(value: NDArray[np.float32]) -> Floats:
    return value.astype(np.float64)
