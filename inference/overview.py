"""What is known of a model without loading it: for lists, metrics and the admin."""

from __future__ import annotations

from typing import Any

from inference.adapters.base import Folders
from inference.adapters.weights import WeightsDiffer, WeightsMissing, find
from inference.cards import Card
from inference.published import card as card_of
from inference.spec import ModelSpec


def facts(spec: ModelSpec, folders: Folders) -> dict[str, Any]:
    """What each name means is in docs/reference/inference.md."""
    card = card_of(spec, folders.models)
    return {
        "number": spec.number,
        "task": spec.task,
        "network": spec.network,
        "licence": spec.licence,
        "version": _version(spec),
        "dimensions": spec.dimensions,
        "device": _device(spec, folders),
        "weights": _weights(spec, folders, card),
        "hub": spec.hub.repository if spec.hub else "",
        **_measured(card),
    }


def _version(spec: ModelSpec) -> str:
    """The checksum of its weights, or the commit they were published in."""
    for name, digest in spec.weights.sha256:
        if name.endswith(".safetensors"):
            return digest
    return spec.hub.revision if spec.hub and spec.weights.manifest else ""


def _device(spec: ModelSpec, folders: Folders) -> str:
    if spec.elsewhere is not None:
        return "elsewhere"
    return folders.device if spec.devices != ("cpu",) else "cpu"


def _weights(spec: ModelSpec, folders: Folders, card: Card | None) -> str:
    if spec.elsewhere is not None:
        return "real"
    try:
        find(spec, folders.models)
    except (WeightsMissing, WeightsDiffer):
        return "missing"
    return card.origin if spec.trained and card else "real"


def _measured(card: Card | None) -> dict[str, Any]:
    if card is None:
        return {"metric": "", "value": None, "baseline": None, "beats_baseline": False,
                "measured_on": "", "trained_at": "", "languages": []}  # fmt: skip
    return {
        "metric": card.metric,
        "value": card.value,
        "baseline": card.baseline,
        "beats_baseline": card.beats,
        "measured_on": card.measured_on,
        "trained_at": card.trained_at,
        "languages": list(card.languages),
    }
