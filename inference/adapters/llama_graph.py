"""Builds the ONNX graph of a small language model out of its weights.

Touvron et al. 2023 (Llama: pre-norm by root mean square, SwiGLU); Su et al. 2021 (rotary
positions); Ainslie et al. 2023 (queries that share keys and values)."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper

from inference.adapters.graphs import Graph, Tensors

GRAPH_VERSION = 1
"""Part of the name of a stored graph: raise it when the graph built here changes."""
FAR = np.array(-10_000, dtype=np.float32)
LAST = np.array([2**31 - 1], dtype=np.int64)


@dataclass(frozen=True, kw_only=True)
class Form:
    layers: int
    heads: int
    shared: int
    """Pairs of keys and values; so many heads have one together."""
    size: int
    """Numbers of one head."""
    theta: float
    """Of the rotary positions."""
    epsilon: float
    context: int
    """Tokens of prompt and answer."""


def build(tensors: Tensors, form: Form, *, half: bool = False) -> onnx.ModelProto:
    """int64 (1, n) `input_ids` and, for each layer, float (2, shared, p, size) `past_<layer>` to
    float32 (vocabulary,) `logits` of what comes next, and (2, shared, p + n, size)
    `present_<layer>`: keys and values of all tokens so far."""
    graph = Graph(half=half)
    past = graph.add("Shape", "past_0", start=2, end=3)
    new = graph.add("Shape", "input_ids", start=1, end=2)
    together = graph.add("Add", past, new)
    turns = _turns(graph, form, past, together)
    mask = _mask(graph, past, together)
    words = graph.constant(tensors["model.embed_tokens.weight"])
    x = graph.add("Gather", words, graph.add("Squeeze", "input_ids", graph.shape(0)))
    for layer in range(form.layers):
        x = _layer(graph, tensors, form, layer, x, turns, mask)
    _logits(graph, tensors, form, x, words)
    return _model(graph, form)


def _turns(graph: Graph, form: Form, start: str, end: str) -> tuple[str, str]:
    """Cosines and sines of the new tokens' places: (n, size)."""
    steps = form.theta ** (-np.arange(0, form.size, 2) / form.size)
    angles = np.outer(np.arange(form.context), np.concatenate([steps, steps]))
    zero = graph.shape(0)
    cosines, sines = (
        graph.add("Slice", graph.constant(table.astype(np.float32)), start, end, zero)
        for table in (np.cos(angles), np.sin(angles))
    )
    return cosines, sines


def _mask(graph: Graph, past: str, together: str) -> str:
    """0 for what came before, a large negative number for what comes later: (n, p + n)."""
    first, zero, one = (graph.constant(np.array(number, dtype=np.int64)) for number in (0, 0, 1))
    begin, end = (graph.add("Squeeze", each, graph.shape(0)) for each in (past, together))
    rows = graph.add("Unsqueeze", graph.add("Range", begin, end, one), graph.shape(1))
    columns = graph.add("Unsqueeze", graph.add("Range", first, end, one), graph.shape(0))
    seen = graph.add("LessOrEqual", columns, rows)
    nothing = graph.constant(np.array(0, dtype=np.float32))
    return graph.add("Where", seen, nothing, graph.constant(FAR))


def _layer(
    graph: Graph,
    tensors: Tensors,
    form: Form,
    layer: int,
    x: str,
    turns: tuple[str, str],
    mask: str,
) -> str:
    name = f"model.layers.{layer}"
    normed = _norm(graph, form, x, tensors[f"{name}.input_layernorm.weight"])
    x = graph.add("Add", x, _attention(graph, tensors, form, layer, normed, turns, mask))
    normed = _norm(graph, form, x, tensors[f"{name}.post_attention_layernorm.weight"])
    gate = _times(graph, normed, tensors[f"{name}.mlp.gate_proj.weight"])
    gate = graph.add("Mul", gate, graph.add("Sigmoid", gate))
    inner = graph.add("Mul", gate, _times(graph, normed, tensors[f"{name}.mlp.up_proj.weight"]))
    return graph.add("Add", x, _times(graph, inner, tensors[f"{name}.mlp.down_proj.weight"]))


def _attention(
    graph: Graph,
    tensors: Tensors,
    form: Form,
    layer: int,
    x: str,
    turns: tuple[str, str],
    mask: str,
) -> str:
    name, sharing = f"model.layers.{layer}.self_attn", form.heads // form.shared
    query = _split(graph, x, tensors[f"{name}.q_proj.weight"], form.heads, form.size)
    key = _split(graph, x, tensors[f"{name}.k_proj.weight"], form.shared, form.size)
    value = _split(graph, x, tensors[f"{name}.v_proj.weight"], form.shared, form.size)
    query, key = _turned(graph, query, turns), _turned(graph, key, turns)
    pair = graph.add(
        "Concat", *(graph.add("Unsqueeze", each, graph.shape(0)) for each in (key, value)), axis=0
    )
    pair = graph.add("Concat", f"past_{layer}", pair, axis=2, out=f"present_{layer}")
    key, value = (
        graph.add(
            "Unsqueeze",
            graph.add("Gather", pair, graph.constant(np.array(at, dtype=np.int64)), axis=0),
            graph.shape(1),
        )
        for at in (0, 1)
    )
    # (shared, sharing, n, size) against (shared, 1, p + n, size)
    query = graph.add("Reshape", query, graph.shape(form.shared, sharing, -1, form.size))
    scale = graph.constant(np.array(1 / sqrt(form.size), dtype=np.float32))
    fits = graph.add(
        "MatMul", graph.add("Mul", query, scale), graph.add("Transpose", key, perm=[0, 1, 3, 2])
    )
    shares = graph.add("Softmax", graph.add("Add", fits, mask), axis=-1)
    mixed = graph.add("MatMul", shares, value)
    mixed = graph.add("Reshape", mixed, graph.shape(form.heads, -1, form.size))
    mixed = graph.add("Transpose", mixed, perm=[1, 0, 2])
    mixed = graph.add("Reshape", mixed, graph.shape(-1, form.heads * form.size))
    return _times(graph, mixed, tensors[f"{name}.o_proj.weight"])


def _split(graph: Graph, x: str, weight: NDArray[np.float32], heads: int, size: int) -> str:
    """(heads, n, size)"""
    wide = graph.add("Reshape", _times(graph, x, weight), graph.shape(-1, heads, size))
    return graph.add("Transpose", wide, perm=[1, 0, 2])


def _turned(graph: Graph, x: str, turns: tuple[str, str]) -> str:
    cosines, sines = turns
    size = graph.add("Shape", x, start=2, end=3)
    middle = graph.add("Div", size, graph.shape(2))
    last, zero = graph.shape(2), graph.shape(0)
    left = graph.add("Slice", x, zero, middle, last)
    right = graph.add("Slice", x, middle, size, last)
    across = graph.add("Concat", graph.add("Neg", right), left, axis=-1)
    return graph.add("Add", graph.add("Mul", x, cosines), graph.add("Mul", across, sines))


def _norm(graph: Graph, form: Form, x: str, weight: NDArray[np.float32]) -> str:
    """In 32 bits: squares are too large for 16."""
    wide = graph.whole(x)
    mean = graph.add("ReduceMean", graph.add("Mul", wide, wide), graph.shape(-1), keepdims=1)
    epsilon = graph.exact(np.array(form.epsilon, dtype=np.float32))
    scaled = graph.add("Div", wide, graph.add("Sqrt", graph.add("Add", mean, epsilon)))
    return graph.add("Mul", graph.add("Cast", scaled, to=graph.kind), graph.constant(weight))


def _times(graph: Graph, x: str, weight: NDArray[np.float32]) -> str:
    """`weight` is (out, in), as PyTorch stores it."""
    return graph.add("MatMul", x, graph.constant(np.ascontiguousarray(weight.T)))


def _logits(graph: Graph, tensors: Tensors, form: Form, x: str, words: str) -> None:
    x = _norm(graph, form, x, tensors["model.norm.weight"])
    last = graph.add("Slice", x, graph.shape(-1), graph.constant(LAST), graph.shape(0))
    column = graph.add("Reshape", last, graph.shape(-1, 1))
    head = tensors.get("lm_head.weight")
    out = words if head is None else graph.constant(head)
    column = graph.add("MatMul", out, column)
    graph.whole(graph.add("Reshape", column, graph.shape(-1)), out="logits")


def _model(graph: Graph, form: Form) -> onnx.ModelProto:
    def kept(name: str, length: str) -> onnx.ValueInfoProto:
        shape: list[str | int | None] = [2, form.shared, length, form.size]
        return helper.make_tensor_value_info(name, graph.kind, shape)

    layers = range(form.layers)
    inputs = [helper.make_tensor_value_info("input_ids", TensorProto.INT64, [1, "new"])]
    inputs += [kept(f"past_{layer}", "past") for layer in layers]
    outputs = [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["vocabulary"])]
    outputs += [kept(f"present_{layer}", "together") for layer in layers]
    body = helper.make_graph(graph.nodes, "writer", inputs, outputs, graph.initializers)
    return helper.make_model(body, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
