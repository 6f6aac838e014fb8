"""Builds ONNX graphs of BERT out of its weights: a sentence encoder, and a scorer of pairs.

Devlin et al. 2019 (BERT, post-layer-norm, erf GELU, pooler on the first token); Reimers and
Gurevych 2019 (mean pooling over the tokens that are not padding, then unit length), as the card of
all-MiniLM-L6-v2 says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

Tensors = Mapping[str, NDArray[np.float32]]

GRAPH_VERSION = 1
"""Part of the name of a stored graph: raise it when the graph built here changes."""


class _Graph:
    """Nodes in order; every `add` returns the name of what comes out."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []

    def constant(self, value: NDArray[np.generic]) -> str:
        name = f"c{len(self.initializers)}"
        self.initializers.append(numpy_helper.from_array(value, name))
        return name

    def shape(self, *sizes: int) -> str:
        return self.constant(np.array(sizes, dtype=np.int64))

    def add(self, op: str, *inputs: str, out: str = "", **attributes: Any) -> str:
        out = out or f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, list(inputs), [out], **attributes))
        return out

    def linear(self, x: str, weight: NDArray[np.float32], bias: NDArray[np.float32]) -> str:
        """`weight` is (out, in), as PyTorch stores it."""
        return self.add("Add", self.add("MatMul", x, self.constant(weight.T)), self.constant(bias))

    def layer_norm(self, x: str, tensors: Tensors, name: str) -> str:
        weight, bias = tensors[f"{name}.weight"], tensors[f"{name}.bias"]
        scale = self.constant(weight), self.constant(bias)
        return self.add("LayerNormalization", x, *scale, axis=-1, epsilon=1e-12)


def build(tensors: Tensors, *, layers: int = 6, heads: int = 12) -> onnx.ModelProto:
    """int64 (batch, length) `input_ids` and `attention_mask` to float32 (batch, hidden)
    `embedding`."""
    graph = _Graph()
    mask = graph.add("Cast", "attention_mask", to=TensorProto.FLOAT)
    # One segment only, so its embedding is folded into the positions.
    segment = tensors["embeddings.token_type_embeddings.weight"][0]
    x = _embeddings(graph, tensors, segment, "")
    x = _encoded(graph, tensors, x, mask, layers, heads)
    _pool(graph, x, mask)
    return _model(graph, "sentence_encoder", ("input_ids", "attention_mask"), "embedding")


def build_scorer(tensors: Tensors, *, layers: int, heads: int) -> onnx.ModelProto:
    """int64 (batch, length) `input_ids`, `attention_mask` and `token_type_ids` to float32 (batch,
    labels) `logits`: BertForSequenceClassification, by its names without "bert."."""
    graph = _Graph()
    mask = graph.add("Cast", "attention_mask", to=TensorProto.FLOAT)
    kinds = graph.constant(tensors["embeddings.token_type_embeddings.weight"])
    segments = graph.add("Gather", kinds, "token_type_ids")
    x = _embeddings(graph, tensors, np.zeros(1, dtype=np.float32), segments)
    x = _encoded(graph, tensors, x, mask, layers, heads)
    first = graph.add("Gather", x, graph.constant(np.array(0)), axis=1)
    pooled = graph.add("Tanh", graph.linear(first, *_dense(tensors, "pooler.dense")))
    weight, bias = _dense(tensors, "classifier")
    product = graph.add("MatMul", pooled, graph.constant(weight.T))
    graph.add("Add", product, graph.constant(bias), out="logits")
    names = ("input_ids", "attention_mask", "token_type_ids")
    return _model(graph, "scorer", names, "logits")


def _encoded(graph: _Graph, tensors: Tensors, x: str, mask: str, layers: int, heads: int) -> str:
    bias = _attention_bias(graph, mask)
    for index in range(layers):
        x = _layer(graph, tensors, f"encoder.layer.{index}", x, bias, heads)
    return x


def _embeddings(
    graph: _Graph, tensors: Tensors, segment: NDArray[np.float32], segments: str
) -> str:
    """`segment` is added to every token, `segments` names what is added to each."""
    words = graph.constant(tensors["embeddings.word_embeddings.weight"])
    places = graph.constant(tensors["embeddings.position_embeddings.weight"] + segment)
    length = graph.add("Shape", "input_ids", start=1, end=2)
    zero = graph.shape(0)
    places = graph.add("Slice", places, zero, length, zero)
    x = graph.add("Add", graph.add("Gather", words, "input_ids"), places)
    x = graph.add("Add", x, segments) if segments else x
    return graph.layer_norm(x, tensors, "embeddings.LayerNorm")


def _attention_bias(graph: _Graph, mask: str) -> str:
    """0 for a token, a large negative number for padding: (batch, 1, 1, length)."""
    wide = graph.add("Unsqueeze", mask, graph.shape(1, 2))
    padding = graph.add("Sub", graph.constant(np.array(1, dtype=np.float32)), wide)
    return graph.add("Mul", padding, graph.constant(np.array(-10_000, dtype=np.float32)))


def _layer(graph: _Graph, tensors: Tensors, name: str, x: str, bias: str, heads: int) -> str:
    attended = _attention(graph, tensors, f"{name}.attention", x, bias, heads)
    x = graph.layer_norm(
        graph.add("Add", x, attended), tensors, f"{name}.attention.output.LayerNorm"
    )
    inner = graph.linear(x, *_dense(tensors, f"{name}.intermediate.dense"))
    inner = graph.add("Gelu", inner)
    inner = graph.linear(inner, *_dense(tensors, f"{name}.output.dense"))
    return graph.layer_norm(graph.add("Add", x, inner), tensors, f"{name}.output.LayerNorm")


def _attention(graph: _Graph, tensors: Tensors, name: str, x: str, bias: str, heads: int) -> str:
    parts = [_dense(tensors, f"{name}.self.{part}") for part in ("query", "key", "value")]
    weight, offset = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    size = weight.shape[1] // heads
    together = graph.linear(x, weight, offset)
    together = graph.add("Reshape", together, graph.shape(0, 0, 3, heads, size))
    together = graph.add("Transpose", together, perm=[2, 0, 3, 1, 4])
    query, key, value = (
        graph.add("Gather", together, graph.constant(np.array(i)), axis=0) for i in range(3)
    )
    scale = graph.constant(np.array(1 / sqrt(size), dtype=np.float32))
    key = graph.add("Transpose", key, perm=[0, 1, 3, 2])
    scores = graph.add("MatMul", graph.add("Mul", query, scale), key)
    weights = graph.add("Softmax", graph.add("Add", scores, bias), axis=-1)
    mixed = graph.add("Transpose", graph.add("MatMul", weights, value), perm=[0, 2, 1, 3])
    mixed = graph.add("Reshape", mixed, graph.shape(0, 0, heads * size))
    return graph.linear(mixed, *_dense(tensors, f"{name}.output.dense"))


def _dense(tensors: Tensors, name: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    return tensors[f"{name}.weight"], tensors[f"{name}.bias"]


def _pool(graph: _Graph, x: str, mask: str) -> None:
    wide = graph.add("Unsqueeze", mask, graph.shape(2))
    total = graph.add("ReduceSum", graph.add("Mul", x, wide), graph.shape(1), keepdims=0)
    # The mean's divisor would cancel out in the division by the length.
    graph.add("LpNormalization", total, out="embedding", axis=-1, p=2)


def _model(graph: _Graph, name: str, names: Sequence[str], out: str) -> onnx.ModelProto:
    inputs = [
        helper.make_tensor_value_info(each, TensorProto.INT64, ["batch", "length"])
        for each in names
    ]
    output = helper.make_tensor_value_info(out, TensorProto.FLOAT, ["batch", "hidden"])
    body = helper.make_graph(graph.nodes, name, inputs, [output], graph.initializers)
    return helper.make_model(body, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
