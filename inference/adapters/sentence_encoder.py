"""Texts to unit vectors with a BERT sentence encoder.

A text may be empty; it is cut after `spec.max_tokens` tokens. `inference.texts` has more limits.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from inference.adapters import bert_graph
from inference.adapters.base import DeviceMissing, Folders
from inference.adapters.weights import locate, verify
from inference.spec import ModelSpec

# Its own threads cost more than they gain on a dozen short texts, and do not outlive a fork.
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

CHUNK = 4
"""Texts of like length that run together; with chunks of 8, a batch of 8 lines of chat lost more to
padding than it gained (benchmarks/embedding.py)."""
PROVIDERS = {"cpu": "CPUExecutionProvider", "cuda": "CUDAExecutionProvider"}


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
        graph = _stored_graph(spec, folder, folders.cache)
        self._session = _session(graph, folders.device)
        self.memory = 2 * graph.stat().st_size

    def prepare(self, items: Sequence[str]) -> list[_Chunk]:
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch_fast(list(items))]
        rows = sorted(range(len(tokens)), key=lambda row: len(tokens[row]))
        return [_chunk(rows[at : at + CHUNK], tokens) for at in range(0, len(rows), CHUNK)]

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


def _chunk(rows: list[int], tokens: list[list[int]]) -> _Chunk:
    shape = len(rows), max(len(tokens[row]) for row in rows)
    ids, mask = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    for place, row in enumerate(rows):
        ids[place, : len(tokens[row])] = tokens[row]
        mask[place, : len(tokens[row])] = 1
    return _Chunk(rows, ids, mask)


def _session(graph: Path, device: str) -> ort.InferenceSession:
    provider = PROVIDERS.get(device)
    if provider not in ort.get_available_providers():
        raise DeviceMissing(f"ML_DEVICE={device} cannot be used here; see docs/how-to/use-a-gpu.md")
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # A spinning thread takes the core from the processes beside it.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = ort.InferenceSession(str(graph), options, providers=[provider])
    if provider not in session.get_providers():  # it falls back to the CPU without a word
        raise DeviceMissing(f"no {device} device was found; see docs/how-to/use-a-gpu.md")
    return session


def _stored_graph(spec: ModelSpec, folder: Path, cache: Path) -> Path:
    """The graph's file in `cache`, built when it is not there yet."""
    checksum = dict(spec.weights.sha256)["model.safetensors"]
    path = cache / f"{spec.key}-{checksum[:16]}-{bert_graph.GRAPH_VERSION}.onnx"
    if not path.is_file():
        model = bert_graph.build(load_file(folder / "model.safetensors"))
        _write(path, model.SerializeToString())
    return path


def _write(path: Path, content: bytes) -> None:
    """Atomic: another process sees the whole file or none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=path.name, delete=False) as file:
        temporary = Path(file.name)
        try:
            file.write(content)
            file.flush()
            temporary.replace(path)
        except BaseException:
            temporary.unlink()
            raise
