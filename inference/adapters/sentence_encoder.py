"""Texts to unit vectors with a BERT sentence encoder.

A text may be empty; it is cut after `spec.max_tokens` tokens. `inference.texts` has more limits.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from inference.adapters import bert_graph
from inference.adapters.base import Folders
from inference.adapters.onnx_session import session, stored
from inference.adapters.weights import locate, verify
from inference.footprint import growth
from inference.spec import ModelSpec

# Its own threads cost more than they gain on a dozen short texts, and do not outlive a fork.
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

CHUNK, PADDING = 8, 1.1
"""Texts of like length that run together, at most, and how much of them may be padding: always 4
took a tenth more of the processor on lines of chat, always 8 loses more to padding than it gains
(benchmarks/embedding.py)."""

LINE = 32
"""Tokens; nearly every line of chat is shorter."""


@dataclass(frozen=True)
class _Chunk:
    rows: list[int]
    ids: NDArray[np.int64]
    mask: NDArray[np.int64]


class SentenceEncoder:
    def __init__(self, spec: ModelSpec, folders: Folders) -> None:
        folder = locate(spec.weights, folders.models)
        verify(spec.weights, folder)
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        # The file asks for padding to a fixed length, and cuts earlier than the model must.
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(spec.max_tokens)
        weights = folder / "model.safetensors"
        digest = dict(spec.weights.sha256)[weights.name]
        kind = "-half" if folders.half else ""
        graph = stored(
            f"{spec.key}-{digest[:16]}-{bert_graph.GRAPH_VERSION}{kind}",
            folders.cache,
            lambda: bert_graph.build(load_file(weights), half=folders.half),
        )
        with growth(folders.device, otherwise=spec.memory) as taken:
            self._session = session(graph, folders.device)
            # What a batch of lines takes is kept for those that follow.
            self._vectors(_chunk(list(range(CHUNK)), CHUNK * [LINE * [0]]))
        self.memory = taken.bytes

    def prepare(self, items: Sequence[str]) -> list[_Chunk]:
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch_fast(list(items))]
        return [_chunk(rows, tokens) for rows in _alike([len(ids) for ids in tokens])]

    def run(self, prepared: list[_Chunk]) -> list[tuple[list[int], NDArray[np.float32]]]:
        return [(chunk.rows, self._vectors(chunk)) for chunk in prepared]

    def finish(
        self, output: list[tuple[list[int], NDArray[np.float32]]]
    ) -> list[NDArray[np.float32]]:
        vectors = {
            row: vector for rows, block in output for row, vector in zip(rows, block, strict=True)
        }
        return [vectors[row] for row in range(len(vectors))]

    def _vectors(self, chunk: _Chunk) -> NDArray[np.float32]:
        inputs = {"input_ids": chunk.ids, "attention_mask": chunk.mask}
        block: NDArray[np.float32] = self._session.run(["embedding"], inputs)[0]
        return block


def _alike(lengths: Sequence[int]) -> list[list[int]]:
    """Places of texts that may run together, the shortest first."""
    groups: list[list[int]] = []
    needed = 0
    for row in sorted(range(len(lengths)), key=lambda row: lengths[row]):
        needed += lengths[row]
        padded = lengths[row] * (len(groups[-1]) + 1) if groups else 0
        if not groups or len(groups[-1]) == CHUNK or padded > PADDING * needed:
            groups.append([])
            needed = lengths[row]
        groups[-1].append(row)
    return groups


def _chunk(rows: list[int], tokens: list[list[int]]) -> _Chunk:
    shape = len(rows), max(len(tokens[row]) for row in rows)
    ids, mask = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    for place, row in enumerate(rows):
        ids[place, : len(tokens[row])] = tokens[row]
        mask[place, : len(tokens[row])] = 1
    return _Chunk(rows, ids, mask)
