"""Builds ONNX graphs of BERT out of its weights: a sentence encoder, and a scorer of pairs.

Devlin et al. 2019 (BERT, post-layer-norm, erf GELU, pooler on the first token); Reimers and
Gurevych 2019 (mean pooling over the tokens that are not padding, then unit length), as the card of
all-MiniLM-L6-v2 says.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper

from inference.adapters.graphs import Graph, Tensors

GRAPH_VERSION = 2
"""Part of the name of a stored graph: raise it when the graph built here changes."""


def build(
    tensors: Tensors, *, layers: int = 6, heads: int = 12, half: bool = False
) -> onnx.ModelProto:
    """int64 (batch, length) `input_ids` and `attention_mask` to float32 (batch, hidden)
    `embedding`. `half`: the layers in 16 bits, the mean over the tokens in 32."""
    graph = Graph(half=half)
    mask = graph.add("Cast", "attention_mask", to=graph.kind)
    # One segment only, so its embedding is folded into the positions.
    segment = tensors["embeddings.token_type_embeddings.weight"][0]
    x = _embeddings(graph, tensors, segment, "")
    x = _encoded(graph, tensors, x, mask, layers, heads)
    _pool(graph, x, mask)
    return _model(graph, "sentence_encoder", ("input_ids", "attention_mask"), "embedding")


def build_scorer(
    tensors: Tensors, *, layers: int, heads: int, half: bool = False
) -> onnx.ModelProto:
    """int64 (batch, length) `input_ids`, `attention_mask` and `token_type_ids` to float32 (batch,
    labels) `logits`: BertForSequenceClassification, by its names without "bert."."""
    graph = Graph(half=half)
    mask = graph.add("Cast", "attention_mask", to=graph.kind)
    kinds = graph.constant(tensors["embeddings.token_type_embeddings.weight"])
    segments = graph.add("Gather", kinds, "token_type_ids")
    x = _embeddings(graph, tensors, np.zeros(1, dtype=np.float32), segments)
    x = _encoded(graph, tensors, x, mask, layers, heads)
    first = graph.add("Gather", x, graph.constant(np.array(0)), axis=1)
    pooled = graph.add("Tanh", graph.linear(first, *_dense(tensors, "pooler.dense")))
    weight, bias = _dense(tensors, "classifier")
    product = graph.add("MatMul", pooled, graph.constant(weight.T))
    graph.whole(graph.add("Add", product, graph.constant(bias)), out="logits")
    names = ("input_ids", "attention_mask", "token_type_ids")
    return _model(graph, "scorer", names, "logits")


def _encoded(graph: Graph, tensors: Tensors, x: str, mask: str, layers: int, heads: int) -> str:
    bias = _attention_bias(graph, mask)
    for index in range(layers):
        x = _layer(graph, tensors, f"encoder.layer.{index}", x, bias, heads)
    return x


def _embeddings(graph: Graph, tensors: Tensors, segment: NDArray[np.float32], segments: str) -> str:
    """`segment` is added to every token, `segments` names what is added to each."""
    words = graph.constant(tensors["embeddings.word_embeddings.weight"])
    places = graph.constant(tensors["embeddings.position_embeddings.weight"] + segment)
    length = graph.add("Shape", "input_ids", start=1, end=2)
    zero = graph.shape(0)
    places = graph.add("Slice", places, zero, length, zero)
    x = graph.add("Add", graph.add("Gather", words, "input_ids"), places)
    x = graph.add("Add", x, segments) if segments else x
    return graph.layer_norm(x, tensors, "embeddings.LayerNorm")


def _attention_bias(graph: Graph, mask: str) -> str:
    """0 for a token, a large negative number for padding: (batch, 1, 1, length)."""
    wide = graph.add("Unsqueeze", mask, graph.shape(1, 2))
    padding = graph.add("Sub", graph.constant(np.array(1, dtype=np.float32)), wide)
    return graph.add("Mul", padding, graph.constant(np.array(-10_000, dtype=np.float32)))


def _layer(graph: Graph, tensors: Tensors, name: str, x: str, bias: str, heads: int) -> str:
    attended = _attention(graph, tensors, f"{name}.attention", x, bias, heads)
    x = graph.layer_norm(
        graph.add("Add", x, attended), tensors, f"{name}.attention.output.LayerNorm"
    )
    inner = graph.linear(x, *_dense(tensors, f"{name}.intermediate.dense"))
    inner = graph.add("Gelu", inner)
    inner = graph.linear(inner, *_dense(tensors, f"{name}.output.dense"))
    return graph.layer_norm(graph.add("Add", x, inner), tensors, f"{name}.output.LayerNorm")


def _attention(graph: Graph, tensors: Tensors, name: str, x: str, bias: str, heads: int) -> str:
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


def _pool(graph: Graph, x: str, mask: str) -> None:
    wide = graph.add("Unsqueeze", mask, graph.shape(2))
    kept = graph.whole(graph.add("Mul", x, wide))
    total = graph.add("ReduceSum", kept, graph.shape(1), keepdims=0)
    # The mean's divisor would cancel out in the division by the length.
    graph.add("LpNormalization", total, out="embedding", axis=-1, p=2)


def _model(graph: Graph, name: str, names: Sequence[str], out: str) -> onnx.ModelProto:
    inputs = [
        helper.make_tensor_value_info(each, TensorProto.INT64, ["batch", "length"])
        for each in names
    ]
    output = helper.make_tensor_value_info(out, TensorProto.FLOAT, ["batch", "hidden"])
    body = helper.make_graph(graph.nodes, name, inputs, [output], graph.initializers)
    return helper.make_model(body, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
