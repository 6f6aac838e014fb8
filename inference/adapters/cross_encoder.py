"""Pairs of a query and a text to a number: how well the text answers. Nogueira and Cho 2019."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from inference.adapters import bert_graph
from inference.adapters.base import Folders
from inference.adapters.onnx_session import session, stored
from inference.adapters.weights import WeightsDiffer, find, verify
from inference.footprint import growth
from inference.spec import ModelSpec

ARCHITECTURE = "BertForSequenceClassification"
CHUNK = 4
"""Pairs of like length that run together, as in the sentence encoder."""
Pair = tuple[str, str]


class _Chunk(NamedTuple):
    rows: list[int]
    inputs: dict[str, NDArray[np.int64]]


class CrossEncoder:
    def __init__(self, spec: ModelSpec, folders: Folders) -> None:
        folder = find(spec, folders.models)
        verify(spec.weights, folder)
        layers, heads = _form(folder)
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(spec.max_tokens)
        revision = spec.hub.revision[:16] if spec.hub else ""
        kind = "-half" if folders.half else ""
        graph = stored(
            f"{spec.key}-{revision}-{bert_graph.GRAPH_VERSION}{kind}",
            folders.cache,
            lambda: bert_graph.build_scorer(
                _tensors(folder), layers=layers, heads=heads, half=folders.half
            ),
        )
        with growth(folders.device, otherwise=spec.memory) as taken:
            self._session = session(graph, folders.device)
            self.run(self.prepare(CHUNK * [("where is the inn?", "near the fountain")]))
        self.memory = taken.bytes

    def prepare(self, items: Sequence[Pair]) -> list[_Chunk]:
        encoded = self._tokenizer.encode_batch(list(items))
        rows = sorted(range(len(encoded)), key=lambda row: len(encoded[row].ids))
        return [_chunk(rows[at : at + CHUNK], encoded) for at in range(0, len(rows), CHUNK)]

    def run(self, prepared: list[_Chunk]) -> list[tuple[list[int], NDArray[np.float32]]]:
        return [
            (chunk.rows, self._session.run(["logits"], chunk.inputs)[0][:, 0]) for chunk in prepared
        ]

    def finish(self, output: list[tuple[list[int], NDArray[np.float32]]]) -> list[float]:
        scores = {
            row: float(score)
            for rows, block in output
            for row, score in zip(rows, block, strict=True)
        }
        return [scores[row] for row in range(len(scores))]


def _form(folder: Path) -> tuple[int, int]:
    """Layers and heads. Raises WeightsDiffer for another kind of network."""
    config: dict[str, Any] = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    if ARCHITECTURE not in config.get("architectures", []):
        raise WeightsDiffer(f"it is no {ARCHITECTURE}")
    return int(config["num_hidden_layers"]), int(config["num_attention_heads"])


def _tensors(folder: Path) -> dict[str, NDArray[np.float32]]:
    tensors = load_file(folder / "model.safetensors")
    return {name.removeprefix("bert."): each.astype(np.float32) for name, each in tensors.items()}


def _chunk(rows: list[int], encoded: Sequence[Any]) -> _Chunk:
    shape = len(rows), max(len(encoded[row].ids) for row in rows)
    names = {"input_ids": "ids", "attention_mask": "attention_mask", "token_type_ids": "type_ids"}
    inputs = {name: np.zeros(shape, dtype=np.int64) for name in names}
    for place, row in enumerate(rows):
        for name, attribute in names.items():
            values = getattr(encoded[row], attribute)
            inputs[name][place, : len(values)] = values
    return _Chunk(rows, inputs)
