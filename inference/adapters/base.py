"""What every adapter offers; one adapter per kind of network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from inference.spec import ModelSpec


@dataclass(frozen=True, kw_only=True)
class Folders:
    """What this machine has for models: where their files lie, what they run on."""

    models: Path
    """Weights that did not come in a package lie below this."""
    cache: Path
    """What is built from weights, and can be built again, is kept here."""
    device: str = "cpu"
    """Where models run: cpu, cuda with requirements/gpu.txt installed, or mps on a Mac."""
    half: bool = False
    """Networks in 16 bits: half the memory, and faster where the device has units for it."""


class DeviceMissing(Exception):
    """The device that models shall run on is not there."""


class Adapter(Protocol):
    """Three verbs. `prepare` and `finish` are plain Python; `run` is the network alone."""

    memory: int
    """Bytes that the loaded model takes, as near as the adapter can tell."""

    def __init__(self, spec: ModelSpec, folders: Folders) -> None:
        """Loads the model. Raises WeightsMissing, WeightsDiffer, DeviceMissing."""

    def prepare(self, items: Sequence[Any]) -> Any: ...

    def run(self, prepared: Any) -> Any: ...

    def finish(self, output: Any) -> Sequence[Any]:
        """One result per item, in the order of the items."""
