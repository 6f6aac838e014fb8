"""Which weights answer: those that are shipped, or published ones that were downloaded and did
better on the same lines (`inference.training.examining` holds them against each other)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from inference.adapters.weights import WeightsDiffer, WeightsMissing, find, manifest
from inference.cards import Card, read
from inference.spec import ModelSpec, Weights

WEIGHTS = "model.safetensors"
MAX_TOKENS = 128
"""Of a line of chat and what is asked about it."""


def rival(spec: ModelSpec) -> ModelSpec:
    """The same model by its published weights. `spec.published` has to be there."""
    other = spec.published
    assert other is not None
    return replace(
        spec,
        network=other.network,
        licence=other.hub.licence,
        adapter=other.adapter,
        weights=Weights(folder=f"hub/{spec.key}", manifest=True),
        max_tokens=MAX_TOKENS,
        memory=other.memory,
        devices=("cpu", "cuda", "mps"),
        parallel=True,
        reads="",
        hub=other.hub,
        published=None,
        labels=other.labels,
        trained=False,
        warm=False,
    )


def chosen(models: Iterable[ModelSpec], models_path: Path) -> tuple[ModelSpec, ...]:
    """The same models, each by the weights that answer here."""
    return tuple(rival(spec) if better(spec, models_path) else spec for spec in models)


def better(spec: ModelSpec, models_path: Path) -> bool:
    """Whether published weights are here, whole, and beat what is shipped now."""
    if spec.published is None:
        return False
    other = rival(spec)
    shipped, theirs = read(spec.key), card(other, models_path)
    return (
        shipped is not None
        and theirs is not None
        and theirs.beats
        and theirs.baseline == shipped.value
    )


def card(spec: ModelSpec, models_path: Path) -> Card | None:
    """What is known of the weights that answer; of published ones only as long as they are those
    that were examined."""
    if not spec.weights.manifest:
        return read(spec.key)
    try:
        folder = find(spec, models_path)
        found = read(spec.key, folder)
        digests = dict(manifest(folder)[1])
    except (WeightsMissing, WeightsDiffer, ValueError):
        return None
    return found if found and found.sha256 == digests.get(WEIGHTS) else None
