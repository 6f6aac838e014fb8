"""The forward pass of all-MiniLM-L6-v2 in plain numpy, written from the papers and independent of
the graph that is served: one text at a time, no padding, no mask."""

from __future__ import annotations

import math

import numpy as np

ERF = np.vectorize(math.erf)


def embed(tensors, ids):
    x = tensors["embeddings.word_embeddings.weight"][ids]
    x = x + tensors["embeddings.position_embeddings.weight"][: len(ids)]
    x = x + tensors["embeddings.token_type_embeddings.weight"][0]
    x = layer_norm(tensors, "embeddings.LayerNorm", x)
    for index in range(6):
        name = f"encoder.layer.{index}"
        attended = linear(tensors, f"{name}.attention.output.dense", attention(tensors, name, x))
        x = layer_norm(tensors, f"{name}.attention.output.LayerNorm", x + attended)
        inner = gelu(linear(tensors, f"{name}.intermediate.dense", x))
        inner = linear(tensors, f"{name}.output.dense", inner)
        x = layer_norm(tensors, f"{name}.output.LayerNorm", x + inner)
    mean = x.mean(axis=0)
    return mean / np.linalg.norm(mean)


def attention(tensors, name, x):
    query, key, value = (
        linear(tensors, f"{name}.attention.self.{part}", x).reshape(len(x), 12, 32)
        for part in ("query", "key", "value")
    )
    heads = []
    for head in range(12):
        scores = query[:, head] @ key[:, head].T / math.sqrt(32)
        weights = np.exp(scores - scores.max(axis=1, keepdims=True))
        heads.append(weights / weights.sum(axis=1, keepdims=True) @ value[:, head])
    return np.concatenate(heads, axis=1)


def linear(tensors, name, x):
    return x @ tensors[f"{name}.weight"].T + tensors[f"{name}.bias"]


def layer_norm(tensors, name, x):
    centred = x - x.mean(axis=1, keepdims=True)
    scaled = centred / np.sqrt((centred**2).mean(axis=1, keepdims=True) + 1e-12)
    return scaled * tensors[f"{name}.weight"] + tensors[f"{name}.bias"]


def gelu(x):
    return x * 0.5 * (1 + ERF(x / math.sqrt(2)))
