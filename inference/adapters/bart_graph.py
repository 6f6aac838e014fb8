"""Builds the ONNX graph of BART as a judge of pairs, out of its weights.

Lewis et al. 2020: the pair goes through the encoder, and again, one place further, through the
decoder, whose state at the last token is classified. Vaswani et al. 2017 for the attention.
"""

from __future__ import annotations

import numpy as np
import onnx

from inference.adapters.bert_graph import Form, along, attention_bias, mix, model
from inference.adapters.graphs import Graph, Tensors

FIRST_PLACE = 2
"""The places before it are not used."""
INPUTS = ("input_ids", "attention_mask", "decoder_input_ids", "last")


def build(tensors: Tensors, form: Form, *, half: bool = False) -> onnx.ModelProto:
    """int64 (batch, length) `input_ids` and `attention_mask`, padded on the right,
    `decoder_input_ids` (the same, one further), and `last`, 1 at each row's last token and else 0;
    to float32 (batch, labels) `logits`: BartForSequenceClassification, by its names without
    "model."."""
    graph = Graph(half=half)
    mask = graph.add("Cast", "attention_mask", to=graph.kind)
    words, seen = graph.constant(tensors["shared.weight"]), attention_bias(graph, mask)
    read = _embedded(graph, tensors, "encoder", words, "input_ids")
    for index in range(form.layers):
        name = f"encoder.layers.{index}"
        read = _normed(graph, tensors, f"{name}.self_attn", read, read, seen, form.heads)
        read = _fed(graph, tensors, name, read)
    said = _embedded(graph, tensors, "decoder", words, "decoder_input_ids")
    before = _causal(graph)
    for index in range(form.layers):
        name = f"decoder.layers.{index}"
        said = _normed(graph, tensors, f"{name}.self_attn", said, said, before, form.heads)
        said = _normed(graph, tensors, f"{name}.encoder_attn", said, read, seen, form.heads)
        said = _fed(graph, tensors, name, said)
    last = graph.add("Unsqueeze", graph.add("Cast", "last", to=graph.kind), graph.shape(2))
    x = graph.add("ReduceSum", graph.add("Mul", said, last), graph.shape(1), keepdims=0)
    x = graph.add("Tanh", graph.dense(x, tensors, "classification_head.dense"))
    graph.whole(graph.dense(x, tensors, "classification_head.out_proj"), out="logits")
    return model(graph, "judge", INPUTS, "logits")


def _embedded(graph: Graph, tensors: Tensors, side: str, words: str, ids: str) -> str:
    places = tensors[f"{side}.embed_positions.weight"][FIRST_PLACE:]
    x = graph.add("Add", graph.add("Gather", words, ids), along(graph, places))
    return graph.layer_norm(x, tensors, f"{side}.layernorm_embedding", epsilon=1e-5)


def _normed(
    graph: Graph, tensors: Tensors, name: str, x: str, source: str, bias: str, heads: int
) -> str:
    """Attention of `x` to `source`, added to `x`, and the norm."""
    size = tensors[f"{name}.q_proj.weight"].shape[0] // heads
    query, key, value = (
        _split(graph, graph.dense(each, tensors, f"{name}.{part}_proj"), heads, size)
        for part, each in (("q", x), ("k", source), ("v", source))
    )
    mixed = graph.dense(mix(graph, query, key, value, bias, size), tensors, f"{name}.out_proj")
    return graph.layer_norm(graph.add("Add", x, mixed), tensors, f"{name}_layer_norm", epsilon=1e-5)


def _split(graph: Graph, x: str, heads: int, size: int) -> str:
    """(batch, length, hidden) to (batch, heads, length, size)."""
    x = graph.add("Reshape", x, graph.shape(0, 0, heads, size))
    return graph.add("Transpose", x, perm=[0, 2, 1, 3])


def _fed(graph: Graph, tensors: Tensors, name: str, x: str) -> str:
    inner = graph.add("Gelu", graph.dense(x, tensors, f"{name}.fc1"))
    inner = graph.dense(inner, tensors, f"{name}.fc2")
    return graph.layer_norm(
        graph.add("Add", x, inner), tensors, f"{name}.final_layer_norm", epsilon=1e-5
    )


def _causal(graph: Graph) -> str:
    """(length, length): 0 for a token and those before it, a large negative number after it."""
    length = graph.add("Shape", "input_ids", start=1, end=2)
    square = graph.add("Concat", length, length, axis=0)
    full = graph.add("Expand", graph.constant(np.array(-10_000, dtype=np.float32)), square)
    return graph.add("Trilu", full, graph.constant(np.array(1)), upper=1)
