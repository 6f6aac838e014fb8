"""Finds the files of a model's weights and proves that they are the ones the catalogue means."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

from inference.cards import checksum
from inference.spec import ModelSpec, Weights

MANIFEST = "manifest.json"


class WeightsMissing(Exception):
    """The files are not on this machine."""


class Untrained(WeightsMissing):
    """Nobody has trained this model yet."""


class WeightsDiffer(Exception):
    """The files are there, but are not those of the catalogue."""


class NotBetter(Exception):
    """The weights are there and do no better than the baseline."""


def find(spec: ModelSpec, models_path: Path) -> Path:
    """The folder of the weights, looked at but not read. Raises WeightsMissing, Untrained."""
    if spec.weights.nowhere:
        kind = Untrained if spec.trained else WeightsMissing
        raise kind("there are no weights for it yet")
    folder = locate(spec.weights, models_path)
    if spec.weights.manifest and spec.hub and manifest(folder)[0] != spec.hub.revision:
        raise WeightsMissing(f"{folder} holds another revision than the catalogue's")
    return folder


def locate(weights: Weights, models_path: Path) -> Path:
    """The folder that holds every file of `weights`. Raises WeightsMissing."""
    folder = _root(weights, models_path) / weights.folder
    names = [MANIFEST] if weights.manifest else [name for name, _ in weights.sha256]
    for name in names:
        if not (folder / name).is_file():
            raise WeightsMissing(f"{name} is not in {folder}")
    return folder


def verify(weights: Weights, folder: Path) -> None:
    """Raises WeightsDiffer when a file's checksum is not that of the catalogue."""
    expected = manifest(folder)[1] if weights.manifest else weights.sha256
    for name, digest in expected:
        if not (folder / name).is_file() or checksum(folder / name) != digest:
            raise WeightsDiffer(f"{folder / name} does not have the checksum of the catalogue")


def manifest(folder: Path) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Revision, and checksums by file name, of what was downloaded. Raises WeightsDiffer."""
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return str(told["revision"]), tuple(sorted(told["sha256"].items()))
    except (ValueError, KeyError, AttributeError) as error:
        raise WeightsDiffer(f"{folder / MANIFEST} cannot be read") from error


def _root(weights: Weights, models_path: Path) -> Path:
    if not weights.package:
        return models_path
    # Found, not imported: a weights package may import a framework that is not installed here.
    found = importlib.util.find_spec(weights.package)
    if found is None or not found.submodule_search_locations:
        raise WeightsMissing(f"the package {weights.package} is not installed")
    return Path(found.submodule_search_locations[0])
