"""Finds the files of a model's weights and proves that they are the ones the catalogue means."""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path

from inference.spec import Weights


class WeightsMissing(Exception):
    """The files are not on this machine."""


class WeightsDiffer(Exception):
    """The files are there, but are not those of the catalogue."""


def locate(weights: Weights, models_path: Path) -> Path:
    """The folder that holds every file of `weights`. Raises WeightsMissing."""
    folder = _root(weights, models_path) / weights.folder
    for name, _ in weights.sha256:
        if not (folder / name).is_file():
            raise WeightsMissing(f"{name} is not in {folder}")
    return folder


def verify(weights: Weights, folder: Path) -> None:
    """Raises WeightsDiffer when a file's checksum is not that of the catalogue."""
    for name, expected in weights.sha256:
        with (folder / name).open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != expected:
                raise WeightsDiffer(f"{folder / name} does not have the checksum of the catalogue")


def _root(weights: Weights, models_path: Path) -> Path:
    if not weights.package:
        return models_path
    # Found, not imported: a weights package may import a framework that is not installed here.
    found = importlib.util.find_spec(weights.package)
    if found is None or not found.submodule_search_locations:
        raise WeightsMissing(f"the package {weights.package} is not installed")
    return Path(found.submodule_search_locations[0])
