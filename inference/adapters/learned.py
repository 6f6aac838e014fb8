"""Small networks on rows of features (`inference.learned`).

An item is `{"names": [...], "rows": [[...]], "server": "server-...", "explain": true}`, the last
two as one likes. A server's own weights (below `learned/<server>/` of the models' path) go before
the shipped ones, which were learned in a made-up world. Where the network does no better than its
plain rival, the rival answers and says so."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from aiworld.errors import Invalid
from inference import cards
from inference.adapters.base import Folders
from inference.adapters.weights import Untrained, WeightsDiffer, find, verify
from inference.learned import measures, storing
from inference.learned.days import Floats
from inference.learned.training import Trained
from inference.spec import ModelSpec

SERVER = re.compile(r"server-[0-9a-f]{1,64}")
ENOUGH = 50
"""Rows, to speak of drift."""
REASONS = 5


@dataclass(frozen=True)
class _Known:
    trained: Trained
    card: cards.Card
    stamp: tuple[int, int]
    """Of the card's file: another one is read again."""


class Learned:
    def __init__(self, spec: ModelSpec, folders: Folders) -> None:
        folder = find(spec, folders.models)
        if not (folder / f"{spec.key}.json").is_file():
            raise Untrained("it has no card")
        verify(spec.weights, folder)
        self._key, self._folder = spec.key, folders.models / "learned"
        self._shipped = _read(spec.key, folder)
        self._own: dict[str, _Known] = {}
        self.memory = sum(part.nbytes for part in storing.tensors(self._shipped.trained).values())

    @staticmethod
    def check(spec: ModelSpec, item: Any) -> None:
        """Raises Invalid."""
        names, rows = (item.get("names"), item.get("rows")) if isinstance(item, Mapping) else (0, 0)
        if not isinstance(names, list | tuple) or not isinstance(rows, list | tuple) or not rows:
            raise Invalid("an item is {names: [...], rows: [[...], ...]}", field="items")
        for row in rows:
            if not isinstance(row, list | tuple) or len(row) != len(names):
                raise Invalid("each row has a number per name", field="items")
            if not all(isinstance(each, int | float) for each in row):
                raise Invalid("a row holds what is no number", field="items")
        server = item.get("server", "")
        if server and not (isinstance(server, str) and SERVER.fullmatch(server)):
            raise Invalid("server is the id of one", field="items")

    def prepare(self, items: Sequence[Mapping[str, Any]]) -> list[tuple[_Known, Floats, bool]]:
        found = []
        for item in items:
            known = self._of(str(item.get("server", "")))
            if tuple(item["names"]) != known.trained.names:
                raise Invalid(f"{self._key} reads other features than these", field="items")
            rows = np.array(item["rows"], dtype=np.float64)
            found.append((known, rows, bool(item.get("explain"))))
        return found

    def run(self, prepared: list[tuple[_Known, Floats, bool]]) -> list[dict[str, Any]]:
        return [_answer(known, rows, explain) for known, rows, explain in prepared]

    def finish(self, output: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return output

    def _of(self, server: str) -> _Known:
        path = self._folder / server / f"{self._key}.json"
        try:
            stat = path.stat() if server else None
        except FileNotFoundError:
            stat = None
        if stat is None:
            self._own.pop(server, None)
            return self._shipped
        known = self._own.get(server)
        if known is None or known.stamp != (stat.st_mtime_ns, stat.st_size):
            known = self._own[server] = _read(self._key, path.parent)
        return known


def _read(key: str, folder: Path) -> _Known:
    """Raises WeightsDiffer."""
    weights = folder / f"{key}.safetensors"
    try:
        stat = (folder / f"{key}.json").stat()
        card = cards.read(key, folder)
        if card is None or card.sha256 != cards.checksum(weights):
            raise WeightsDiffer(f"{weights} does not have the checksum of its card")
        if card.code != storing.CODE:
            raise WeightsDiffer(f"{key} was trained for {card.code}, this is {storing.CODE}")
        trained = storing.load(key, weights, card.details)
    except (OSError, KeyError, ValueError) as error:
        raise WeightsDiffer(f"the weights of {key} in {folder} cannot be read") from error
    return _Known(trained, card, (stat.st_mtime_ns, stat.st_size))


def _answer(known: _Known, rows: Floats, explain: bool) -> dict[str, Any]:
    trained, card = known.trained, known.card
    model = trained.network if card.beats else trained.plain
    said = model.predict(rows)
    found: dict[str, Any] = {
        "values": said.tolist(),
        "model": "learned" if card.beats else "baseline",
        "weights": card.origin,
        "version": card.sha256,
        "alert_at": card.details.get("alert_at"),
    }
    if len(rows) >= ENOUGH:
        moved = measures.drift(trained.deciles, rows)
        worst = int(moved.argmax())
        found |= {"drift": float(moved.mean()), "most_drift": float(moved[worst]),
                  "drifted": trained.names[worst]}  # fmt: skip
    if explain:
        found["because"] = [_reasons(trained, model, row, value)
                            for row, value in zip(rows, said, strict=True)]  # fmt: skip
    return found


def _reasons(trained: Trained, model: Any, row: Floats, value: float) -> list[list[Any]]:
    """Which features move the answer most when each in turn is put to the usual: name, value, usual
    (the median it was trained with), and by how much the answer falls without it."""
    usual = trained.deciles[4]
    others = np.tile(row, (len(row), 1))
    np.fill_diagonal(others, usual)
    falls = value - model.predict(others)
    order = np.argsort(-falls)[:REASONS]
    return [[trained.names[at], float(row[at]), float(usual[at]), float(falls[at])]
            for at in order if falls[at] > 0]  # fmt: skip
