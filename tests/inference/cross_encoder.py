"""A small BERT that scores pairs: its weights, made here, and its forward pass in plain numpy."""

from __future__ import annotations

import json
import math

import numpy as np
from safetensors.numpy import save
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from tests.inference.bert import gelu, layer_norm, linear

WORDS = [
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "where",
    "is",
    "the",
    "inn",
    "near",
    "fountain",
    "poring",
    "drops",
    "apples",
    "?",
]
HIDDEN, LAYERS, HEADS, INNER = 16, 2, 4, 24


def tensors(seed=5):
    drawn = np.random.default_rng(seed)

    def some(*shape):
        return drawn.normal(0, 0.5, shape).astype(np.float32)

    def dense(name, out, into):
        return {f"{name}.weight": some(out, into), f"{name}.bias": some(out)}

    def norm(name):
        return {f"{name}.weight": 1 + some(HIDDEN), f"{name}.bias": some(HIDDEN)}

    made = {
        "bert.embeddings.word_embeddings.weight": some(len(WORDS), HIDDEN),
        "bert.embeddings.position_embeddings.weight": some(64, HIDDEN),
        "bert.embeddings.token_type_embeddings.weight": some(2, HIDDEN),
        **norm("bert.embeddings.LayerNorm"),
        **dense("bert.pooler.dense", HIDDEN, HIDDEN),
        **dense("classifier", 1, HIDDEN),
    }
    for layer in range(LAYERS):
        name = f"bert.encoder.layer.{layer}"
        for part in ("query", "key", "value"):
            made |= dense(f"{name}.attention.self.{part}", HIDDEN, HIDDEN)
        made |= dense(f"{name}.attention.output.dense", HIDDEN, HIDDEN)
        made |= norm(f"{name}.attention.output.LayerNorm")
        made |= dense(f"{name}.intermediate.dense", INNER, HIDDEN)
        made |= dense(f"{name}.output.dense", HIDDEN, INNER)
        made |= norm(f"{name}.output.LayerNorm")
    return made


def tokenizer():
    made = Tokenizer(
        models.WordLevel({word: at for at, word in enumerate(WORDS)}, unk_token="[UNK]")
    )
    made.normalizer = normalizers.Lowercase()
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    return made


def files():
    """As a hub has them."""
    config = {
        "architectures": ["BertForSequenceClassification"],
        "num_hidden_layers": LAYERS,
        "num_attention_heads": HEADS,
    }
    return {
        "config.json": json.dumps(config).encode(),
        "tokenizer.json": tokenizer().to_str().encode(),
        "model.safetensors": save(tensors()),
    }


def score(weights, ids, kinds):
    """One pair at a time, no padding, no mask."""
    weights = {name.removeprefix("bert."): each for name, each in weights.items()}
    x = weights["embeddings.word_embeddings.weight"][ids]
    x = x + weights["embeddings.position_embeddings.weight"][: len(ids)]
    x = x + weights["embeddings.token_type_embeddings.weight"][kinds]
    x = layer_norm(weights, "embeddings.LayerNorm", x)
    for layer in range(LAYERS):
        name = f"encoder.layer.{layer}"
        mixed = linear(weights, f"{name}.attention.output.dense", attention(weights, name, x))
        x = layer_norm(weights, f"{name}.attention.output.LayerNorm", x + mixed)
        inner = gelu(linear(weights, f"{name}.intermediate.dense", x))
        inner = linear(weights, f"{name}.output.dense", inner)
        x = layer_norm(weights, f"{name}.output.LayerNorm", x + inner)
    pooled = np.tanh(linear(weights, "pooler.dense", x[:1]))
    return float(linear(weights, "classifier", pooled)[0, 0])


def attention(weights, name, x):
    size = HIDDEN // HEADS
    query, key, value = (
        linear(weights, f"{name}.attention.self.{part}", x).reshape(len(x), HEADS, size)
        for part in ("query", "key", "value")
    )
    heads = []
    for head in range(HEADS):
        fits = query[:, head] @ key[:, head].T / math.sqrt(size)
        shares = np.exp(fits - fits.max(axis=1, keepdims=True))
        heads.append(shares / shares.sum(axis=1, keepdims=True) @ value[:, head])
    return np.concatenate(heads, axis=1)
