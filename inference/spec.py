"""What the engine has to know about one model; a row of `inference.catalogue`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Weights:
    """Where the weights lie: in an installed package, or in a folder below the models' path."""

    package: str = ""
    folder: str = ""
    """Inside the package or, without one, below `models_path` of the engine."""
    sha256: tuple[tuple[str, str], ...]
    """(file name, checksum) of every file that is read; another file is refused."""


@dataclass(frozen=True, kw_only=True)
class ModelSpec:
    key: str
    """The name that callers, metrics and the documentation use."""
    task: str
    """What it is good for: embed."""
    network: str
    licence: str
    adapter: str
    """A key of `inference.adapters.ADAPTERS`."""
    weights: Weights
    dimensions: int
    """Length of the vector that comes out."""
    max_tokens: int
    """Longer texts are cut here by the tokenizer."""
    memory: int
    """Bytes to reserve before loading; what it really took replaces this afterwards."""
    max_batch: int = 32
    max_background_batch: int = 4
    """Batches without an urgent item stay this small, so that an urgent one soon gets its turn."""
    warm: bool = False
    """Load when the server starts, and never unload."""
