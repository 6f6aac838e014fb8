"""What the engine has to know about one model; a row of `inference.catalogue`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Task = Literal["embed", "classify", "tag", "rerank", "score", "forecast", "generate"]
"""embed: a vector per text; classify: a probability per label; tag: spans of a text; rerank: how
well each text answers a query; score: numbers from a row of features; forecast: the next values of
a sequence; generate: an answer to a chat."""


@dataclass(frozen=True, kw_only=True)
class Weights:
    """Where the weights lie: in an installed package, or in a folder below the models' path."""

    package: str = ""
    folder: str = ""
    """Inside the package or, without one, below `models_path` of the engine."""
    sha256: tuple[tuple[str, str], ...] = ()
    """(file name, checksum) of every file that is read; another file is refused."""
    manifest: bool = False
    """The checksums are in the folder's `manifest.json`, which the download wrote."""

    @property
    def nowhere(self) -> bool:
        """Nobody has trained or published them yet."""
        return not (self.package or self.folder)


@dataclass(frozen=True, kw_only=True)
class Hub:
    """A published model that may be downloaded instead of, or beside, what is shipped."""

    repository: str
    revision: str
    """A commit, never a branch: what is fetched next year is what was looked at."""
    licence: str
    megabytes: int
    """Of its weights, roughly; for the question whether there is room."""


@dataclass(frozen=True, kw_only=True)
class Published:
    """A published model that answers instead of what is shipped, once it was downloaded and did
    better on our lines; see `inference.published`."""

    hub: Hub
    adapter: str
    network: str
    memory: int
    """Bytes, in 32 bits."""
    labels: tuple[tuple[str, str], ...] = ()
    """As `ModelSpec.labels`."""


APIS = ("tei", "openai")
"""Protocols that engines elsewhere may speak; `inference.adapters.dialects`."""


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """An engine of its own, on this machine or another, that runs a model for us over HTTP."""

    url: str
    """Up to the version: http://gpu:8080, https://gpu.example.org/v1."""
    api: str
    """One of APIS."""
    model: str = ""
    """As it is called there; not every engine wants to know."""
    key: str = field(default="", repr=False)
    """Sent as a bearer token."""
    authority: str = ""
    """Whom it has to be certified by: a PEM file; empty: the system's."""
    timeout: float = 5.0
    """Seconds, for one batch."""
    at_once: int = 4
    """Batches under way; it makes larger ones of them itself."""


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """What is known of a model's answers, so that another model behind its name is noticed."""

    one: str
    other: str
    cosine: float


@dataclass(frozen=True, kw_only=True)
class ModelSpec:
    key: str
    """The name that callers, metrics and the documentation use."""
    number: int = 0
    """In the list of 28; 0 for one of a test."""
    task: str
    network: str
    licence: str
    """Of the weights that are served."""
    adapter: str
    """A key of `inference.adapters.ADAPTERS`."""
    weights: Weights
    dimensions: int = 0
    """Length of the vector that comes out, or 0."""
    max_tokens: int = 256
    """Longer texts are cut here by the tokenizer."""
    memory: int
    """Bytes to reserve before loading; what it really took replaces this afterwards."""
    devices: tuple[str, ...] = ("cpu",)
    max_batch: int = 32
    max_background_batch: int = 4
    """Batches without an urgent item stay this small, so that an urgent one soon gets its turn."""
    warm: bool = False
    """Load when the server starts, and never unload."""
    parallel: bool = False
    """Several threads may run it at once, on the same weights."""
    reads: str = ""
    """Key of the model whose vectors it works on; "" for one that reads its items itself."""
    hub: Hub | None = None
    published: Published | None = None
    labels: tuple[tuple[str, str], ...] = ()
    """What a published network calls its labels, or is asked about, and what we call them; () for
    the same names. "" is what none of the others is."""
    elsewhere: Elsewhere | None = None
    """Who runs it instead of this process."""
    likeness: tuple[Likeness, ...] = ()
    """Held against what an engine elsewhere answers, before it is believed."""
    trained: bool = False
    """Has a card (`inference.cards`) beside its weights, and is served only while the card says
    that it beats its baseline."""
    visual: bool = False
    """Only there with LOAD_VISUAL_MODELS."""
