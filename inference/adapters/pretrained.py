"""Published weights in a folder, as a hub has them: configuration, tokenizer, tensors, and texts in
batches for the graphs that are built of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import onnx
import onnxruntime as ort
from numpy.typing import NDArray
from safetensors.numpy import load_file
from tokenizers import Encoding, Tokenizer, normalizers, pre_tokenizers, processors
from tokenizers.models import WordPiece

from inference.adapters.base import Folders
from inference.adapters.bert_graph import GRAPH_VERSION, Form
from inference.adapters.onnx_session import session, stored
from inference.adapters.weights import WeightsDiffer, find, verify
from inference.spec import ModelSpec

CHUNK = 4
"""Texts of like length that run together."""
NAMES = {"input_ids": "ids", "attention_mask": "attention_mask", "token_type_ids": "type_ids"}
Build = Callable[..., onnx.ModelProto]
Text = str | tuple[str, str]
"""One, or a pair."""


class Chunk(NamedTuple):
    rows: list[int]
    """Where its texts stand among all."""
    encoded: list[Encoding]
    inputs: dict[str, NDArray[np.int64]]


class Pretrained:
    def __init__(self, spec: ModelSpec, folders: Folders) -> None:
        """Raises WeightsMissing, WeightsDiffer."""
        self._spec, self._folders = spec, folders
        self._folder = find(spec, folders.models)
        verify(spec.weights, self._folder)
        self.config = json.loads((self._folder / "config.json").read_text(encoding="utf-8"))
        self.tokenizer = _tokenizer(self._folder)
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(spec.max_tokens)

    def one_of(self, builds: Mapping[str, Build]) -> Build:
        """How this kind of network is built. Raises WeightsDiffer for another kind."""
        for name in self.config.get("architectures", []):
            if name in builds:
                return builds[name]
        raise WeightsDiffer(f"it is no {' or '.join(builds)}")

    def labels(self) -> list[str]:
        """What the network calls its labels, in order. Raises WeightsDiffer."""
        told = self.config.get("id2label", {})
        try:
            return [str(told[str(at)]) for at in range(len(told))]
        except KeyError as error:
            raise WeightsDiffer("its labels have no names") from error

    def session(self, build: Build, prefix: str) -> ort.InferenceSession:
        """The network, on this machine's device. `prefix` is taken off the tensors' names."""
        spec, half = self._spec, self._folders.half
        revision = spec.hub.revision[:16] if spec.hub else ""
        graph = stored(
            f"{spec.key}-{revision}-{GRAPH_VERSION}{'-half' if half else ''}",
            self._folders.cache,
            lambda: build(_tensors(self._folder, prefix), _form(self.config), half=half),
        )
        return session(graph, self._folders.device)

    def chunks(self, texts: Sequence[Text], names: Sequence[str] = tuple(NAMES)) -> list[Chunk]:
        """Texts of like length together; `names`: which inputs the network has."""
        encoded = self.tokenizer.encode_batch(list(texts))
        rows = sorted(range(len(encoded)), key=lambda row: len(encoded[row].ids))
        return [_chunk(rows[at : at + CHUNK], encoded, names) for at in range(0, len(rows), CHUNK)]


def in_order(found: Iterable[tuple[list[int], Iterable[Any]]]) -> list[Any]:
    """What came out of the chunks, in the order of the texts."""
    by_row = {row: each for rows, block in found for row, each in zip(rows, block, strict=True)}
    return [by_row[row] for row in range(len(by_row))]


def _form(config: Mapping[str, Any]) -> Form:
    """Raises WeightsDiffer for what the graphs do not have."""
    act = config.get("hidden_act", config.get("activation_function", "gelu"))
    if act != "gelu" or config.get("scale_embedding") or config.get("add_final_layer_norm"):
        raise WeightsDiffer("it is another kind of network than its name says")
    try:
        return Form(
            layers=int(config.get("num_hidden_layers") or config["encoder_layers"]),
            heads=int(config.get("num_attention_heads") or config["encoder_attention_heads"]),
            epsilon=float(config.get("layer_norm_eps", 1e-12)),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise WeightsDiffer("its config.json does not say what it is") from error


def _tensors(folder: Path, prefix: str) -> dict[str, NDArray[np.float32]]:
    tensors = load_file(folder / "model.safetensors")
    return {name.removeprefix(prefix): each.astype(np.float32) for name, each in tensors.items()}


def _tokenizer(folder: Path) -> Tokenizer:
    """Older repositories have a list of words and no tokenizer.json: that of BERT, then."""
    if (folder / "tokenizer.json").is_file():
        return Tokenizer.from_file(str(folder / "tokenizer.json"))
    if not (folder / "vocab.txt").is_file():
        raise WeightsDiffer("it has neither tokenizer.json nor vocab.txt")
    try:
        told = json.loads((folder / "tokenizer_config.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        told = {}
    made = Tokenizer(WordPiece.from_file(str(folder / "vocab.txt")))
    made.normalizer = normalizers.BertNormalizer(lowercase=told.get("do_lower_case", True))
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    end, begin = made.token_to_id("[SEP]"), made.token_to_id("[CLS]")
    if end is None or begin is None:
        raise WeightsDiffer("its vocab.txt is not one of BERT's")
    made.post_processor = processors.BertProcessing(("[SEP]", end), ("[CLS]", begin))
    return made


def _chunk(rows: list[int], encoded: Sequence[Encoding], names: Sequence[str]) -> Chunk:
    chosen = [encoded[row] for row in rows]
    shape = len(rows), max(len(each.ids) for each in chosen)
    inputs = {name: np.zeros(shape, dtype=np.int64) for name in names}
    for place, each in enumerate(chosen):
        for name in names:
            values = getattr(each, NAMES[name])
            inputs[name][place, : len(values)] = values
    return Chunk(rows, chosen, inputs)
