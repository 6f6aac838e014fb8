"""What is known of weights that we trained: on what, how good, against which baseline.

A card is `<key>.json` beside `<key>.safetensors`. Shipped ones lie in `inference/trained/`; those
trained on a server's own events below the models' path. A model without a card is untrained, and
one whose card does not beat its baseline is not served."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

SHIPPED = Path(__file__).parent / "trained"
Origin = Literal["real", "simulated"]
"""What it was trained on: lines and events of people, or the population simulator."""


@dataclass(frozen=True, kw_only=True)
class Card:
    origin: Origin
    metric: str
    """What `value` and `baseline` are: macro F1, AUC, mean absolute error in zeny ..."""
    value: float
    baseline: float
    baseline_name: str
    higher_is_better: bool = True
    measured_on: str
    """One sentence: which data, how many, how they were kept apart from training."""
    cross_validated: float | None = None
    """The same metric on the training data, by cross-validation; None where it has no meaning."""
    trained_at: str
    """ISO 8601, UTC."""
    data_sha256: str
    code: str
    """Version of the features it was trained with; another version does not read these weights."""
    sha256: str
    """Of the safetensors file."""
    labels: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    """In which it beats its baseline, for a model of texts; elsewhere it does not answer."""
    details: Mapping[str, Any] = field(default_factory=dict)
    """More figures, by name: per language, per class, calibration, thresholds."""

    @property
    def beats(self) -> bool:
        """Whether it may be served."""
        if self.higher_is_better:
            return self.value > self.baseline
        return self.value < self.baseline


def read(key: str, folder: Path = SHIPPED) -> Card | None:
    """None if there is none. Raises ValueError for one that cannot be read."""
    try:
        text = (folder / f"{key}.json").read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    try:
        fields = json.loads(text)
        for name in ("labels", "languages"):
            fields[name] = tuple(fields.get(name, ()))
        return Card(**fields)
    except TypeError as error:
        raise ValueError(f"the card of {key} is not one: {error}") from error


def write(card: Card, key: str, folder: Path = SHIPPED) -> Path:
    """The card's file. Written whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    path, draft = folder / f"{key}.json", folder / f"{key}.json.new"
    text = json.dumps(asdict(card), indent=1, ensure_ascii=False, sort_keys=True)
    draft.write_text(text + "\n", encoding="utf-8")
    return draft.replace(path)


def checksum(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
