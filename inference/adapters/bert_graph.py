"""Builds ONNX graphs of BERT and RoBERTa out of their weights: a sentence encoder, classifiers of a
text or of a pair, and a tagger of tokens.

Devlin et al. 2019 (BERT, post-layer-norm, erf GELU, pooler on the first token); Liu et al. 2019
(RoBERTa: no segments, places counted from 2, a head of two layers) and Conneau et al. 2020 (XLM-R,
the same network); Reimers and Gurevych 2019 (mean pooling over the tokens that are not padding,
then unit length), as the card of all-MiniLM-L6-v2 says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper

from inference.adapters.graphs import Graph, Tensors

GRAPH_VERSION = 2
"""Part of the name of a stored graph: raise it when the graph built here changes."""


@dataclass(frozen=True)
class Form:
    """Of a network, as its config.json has it."""

    layers: int
    heads: int
    epsilon: float = 1e-12
    """Of the layer norms."""


MINILM = Form(layers=6, heads=12)
SEGMENTED = ("input_ids", "attention_mask", "token_type_ids")
FIRST_PLACE = 2
"""Of RoBERTa: the place of padding is 1, and the others come after it."""


def build(tensors: Tensors, form: Form = MINILM, *, half: bool = False) -> onnx.ModelProto:
    """int64 (batch, length) `input_ids` and `attention_mask` to float32 (batch, hidden)
    `embedding`. `half`: the layers in 16 bits, the mean over the tokens in 32."""
    graph = Graph(half=half)
    mask = graph.add("Cast", "attention_mask", to=graph.kind)
    # One segment only, so its embedding is folded into the places.
    places = _places(tensors) + tensors["embeddings.token_type_embeddings.weight"][0]
    x = _embeddings(graph, tensors, form, places)
    x = _encoded(graph, tensors, form, x, mask)
    _pool(graph, x, mask)
    return model(graph, "sentence_encoder", ("input_ids", "attention_mask"), "embedding")


def build_scorer(tensors: Tensors, form: Form, *, half: bool = False) -> onnx.ModelProto:
    """int64 (batch, length) `input_ids`, `attention_mask` and `token_type_ids` to float32 (batch,
    labels) `logits`: BertForSequenceClassification, by its names without "bert."."""
    graph, x = _bert(tensors, form, half=half)
    pooled = graph.add("Tanh", graph.dense(_first(graph, x), tensors, "pooler.dense"))
    graph.whole(graph.dense(pooled, tensors, "classifier"), out="logits")
    return model(graph, "scorer", SEGMENTED, "logits")


def build_tagger(tensors: Tensors, form: Form, *, half: bool = False) -> onnx.ModelProto:
    """As `build_scorer`, but `logits` are float32 (batch, length, labels):
    BertForTokenClassification."""
    graph, x = _bert(tensors, form, half=half)
    graph.whole(graph.dense(x, tensors, "classifier"), out="logits")
    return model(graph, "tagger", SEGMENTED, "logits", ("batch", "length", "labels"))


def build_roberta(tensors: Tensors, form: Form, *, half: bool = False) -> onnx.ModelProto:
    """int64 (batch, length) `input_ids` and `attention_mask`, padded on the right, to float32
    (batch, labels) `logits`: RobertaForSequenceClassification, and XLM-R's, by their names without
    "roberta."."""
    graph = Graph(half=half)
    mask = graph.add("Cast", "attention_mask", to=graph.kind)
    places = _places(tensors)[FIRST_PLACE:] + tensors["embeddings.token_type_embeddings.weight"][0]
    x = _embeddings(graph, tensors, form, places)
    x = _encoded(graph, tensors, form, x, mask)
    inner = graph.add("Tanh", graph.dense(_first(graph, x), tensors, "classifier.dense"))
    graph.whole(graph.dense(inner, tensors, "classifier.out_proj"), out="logits")
    return model(graph, "roberta", ("input_ids", "attention_mask"), "logits")


def _bert(tensors: Tensors, form: Form, *, half: bool) -> tuple[Graph, str]:
    graph = Graph(half=half)
    mask = graph.add("Cast", "attention_mask", to=graph.kind)
    kinds = graph.constant(tensors["embeddings.token_type_embeddings.weight"])
    segments = graph.add("Gather", kinds, "token_type_ids")
    x = _embeddings(graph, tensors, form, _places(tensors), segments)
    return graph, _encoded(graph, tensors, form, x, mask)


def _first(graph: Graph, x: str) -> str:
    return graph.add("Gather", x, graph.constant(np.array(0)), axis=1)


def _places(tensors: Tensors) -> NDArray[np.float32]:
    return tensors["embeddings.position_embeddings.weight"]


def _encoded(graph: Graph, tensors: Tensors, form: Form, x: str, mask: str) -> str:
    bias = attention_bias(graph, mask)
    for index in range(form.layers):
        x = _layer(graph, tensors, form, f"encoder.layer.{index}", x, bias)
    return x


def _embeddings(
    graph: Graph, tensors: Tensors, form: Form, places: NDArray[np.float32], segments: str = ""
) -> str:
    """`places` are added to the tokens in order, `segments` names what is added to each besides."""
    words = graph.constant(tensors["embeddings.word_embeddings.weight"])
    x = graph.add("Add", graph.add("Gather", words, "input_ids"), along(graph, places))
    x = graph.add("Add", x, segments) if segments else x
    return graph.layer_norm(x, tensors, "embeddings.LayerNorm", epsilon=form.epsilon)


def along(graph: Graph, places: NDArray[np.float32]) -> str:
    """As many of the places, from the first on, as a row of `input_ids` has tokens."""
    length = graph.add("Shape", "input_ids", start=1, end=2)
    zero = graph.shape(0)
    return graph.add("Slice", graph.constant(places), zero, length, zero)


def attention_bias(graph: Graph, mask: str) -> str:
    """0 for a token, a large negative number for padding: (batch, 1, 1, length)."""
    wide = graph.add("Unsqueeze", mask, graph.shape(1, 2))
    padding = graph.add("Sub", graph.constant(np.array(1, dtype=np.float32)), wide)
    return graph.add("Mul", padding, graph.constant(np.array(-10_000, dtype=np.float32)))


def _layer(graph: Graph, tensors: Tensors, form: Form, name: str, x: str, bias: str) -> str:
    def normed(x: str, more: str, norm: str) -> str:
        together = graph.add("Add", x, more)
        return graph.layer_norm(together, tensors, f"{name}.{norm}", epsilon=form.epsilon)

    attended = _attention(graph, tensors, f"{name}.attention", x, bias, form.heads)
    x = normed(x, attended, "attention.output.LayerNorm")
    inner = graph.add("Gelu", graph.dense(x, tensors, f"{name}.intermediate.dense"))
    return normed(x, graph.dense(inner, tensors, f"{name}.output.dense"), "output.LayerNorm")


def _attention(graph: Graph, tensors: Tensors, name: str, x: str, bias: str, heads: int) -> str:
    parts = [f"{name}.self.{part}" for part in ("query", "key", "value")]
    weight = np.concatenate([tensors[f"{part}.weight"] for part in parts])
    offset = np.concatenate([tensors[f"{part}.bias"] for part in parts])
    size = weight.shape[1] // heads
    together = graph.linear(x, weight, offset)
    together = graph.add("Reshape", together, graph.shape(0, 0, 3, heads, size))
    together = graph.add("Transpose", together, perm=[2, 0, 3, 1, 4])
    query, key, value = (
        graph.add("Gather", together, graph.constant(np.array(i)), axis=0) for i in range(3)
    )
    mixed = mix(graph, query, key, value, bias, size)
    return graph.dense(mixed, tensors, f"{name}.output.dense")


def mix(graph: Graph, query: str, key: str, value: str, bias: str, size: int) -> str:
    """Scaled dot-product attention (Vaswani et al. 2017) of (batch, heads, length, size); `bias` is
    added to the scores. (batch, length, hidden) comes out."""
    scale = graph.constant(np.array(1 / sqrt(size), dtype=np.float32))
    key = graph.add("Transpose", key, perm=[0, 1, 3, 2])
    scores = graph.add("MatMul", graph.add("Mul", query, scale), key)
    weights = graph.add("Softmax", graph.add("Add", scores, bias), axis=-1)
    mixed = graph.add("Transpose", graph.add("MatMul", weights, value), perm=[0, 2, 1, 3])
    return graph.add("Reshape", mixed, graph.shape(0, 0, -1))


def _pool(graph: Graph, x: str, mask: str) -> None:
    wide = graph.add("Unsqueeze", mask, graph.shape(2))
    kept = graph.whole(graph.add("Mul", x, wide))
    total = graph.add("ReduceSum", kept, graph.shape(1), keepdims=0)
    # The mean's divisor would cancel out in the division by the length.
    graph.add("LpNormalization", total, out="embedding", axis=-1, p=2)


def model(
    graph: Graph,
    name: str,
    names: Sequence[str],
    out: str,
    shape: Sequence[str] = ("batch", "hidden"),
) -> onnx.ModelProto:
    """The finished graph: inputs are int64 (batch, length), `out` is float32 of `shape`."""
    inputs = [
        helper.make_tensor_value_info(each, TensorProto.INT64, ["batch", "length"])
        for each in names
    ]
    output = helper.make_tensor_value_info(out, TensorProto.FLOAT, list(shape))
    body = helper.make_graph(graph.nodes, name, inputs, [output], graph.initializers)
    return helper.make_model(body, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
