"""A small Llama: its weights, made here, and its forward pass in plain numpy, written from the
papers and independent of the graph that is served: all tokens at once, nothing kept."""

from __future__ import annotations

import json
import math
from functools import cache

import numpy as np
from safetensors.numpy import save
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

HIDDEN, LAYERS, HEADS, SHARED, INNER, THETA, EPSILON = 24, 2, 6, 2, 40, 10_000.0, 1e-5
SIZE = HIDDEN // HEADS
LINES = ["Where is the inn?", "Near the fountain, traveller.", "user assistant system"] * 20


def tokenizer():
    return Tokenizer.from_str(_trained())


@cache
def _trained():
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=300, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    made.train_from_iterator(LINES, trainer)
    made.add_special_tokens(
        [AddedToken(each, special=True) for each in ("<|im_start|>", "<|im_end|>")]
    )
    return made.to_str()


def tensors(vocabulary, seed=3):
    drawn = np.random.default_rng(seed)

    def some(*shape):
        return drawn.normal(0, 0.4, shape).astype(np.float32)

    made = {
        "model.embed_tokens.weight": some(vocabulary, HIDDEN),
        "model.norm.weight": 1 + some(HIDDEN),
    }
    for layer in range(LAYERS):
        name = f"model.layers.{layer}"
        made |= {
            f"{name}.input_layernorm.weight": 1 + some(HIDDEN),
            f"{name}.post_attention_layernorm.weight": 1 + some(HIDDEN),
            f"{name}.self_attn.q_proj.weight": some(HEADS * SIZE, HIDDEN),
            f"{name}.self_attn.k_proj.weight": some(SHARED * SIZE, HIDDEN),
            f"{name}.self_attn.v_proj.weight": some(SHARED * SIZE, HIDDEN),
            f"{name}.self_attn.o_proj.weight": some(HIDDEN, HEADS * SIZE),
            f"{name}.mlp.gate_proj.weight": some(INNER, HIDDEN),
            f"{name}.mlp.up_proj.weight": some(INNER, HIDDEN),
            f"{name}.mlp.down_proj.weight": some(HIDDEN, INNER),
        }
    return made


def config(**changes):
    return {
        "architectures": ["LlamaForCausalLM"],
        "hidden_size": HIDDEN,
        "num_hidden_layers": LAYERS,
        "num_attention_heads": HEADS,
        "num_key_value_heads": SHARED,
        "rms_norm_eps": EPSILON,
        "rope_theta": THETA,
        "hidden_act": "silu",
        **changes,
    }


def files(**changes):
    """As a hub has them."""
    words = tokenizer()
    return {
        "config.json": json.dumps(config(**changes)).encode(),
        "tokenizer.json": words.to_str().encode(),
        "model.safetensors": save(tensors(words.get_vocab_size())),
    }


def logits(weights, ids):
    """Of the token that follows the last."""
    x = weights["model.embed_tokens.weight"][ids].astype(np.float64)
    for layer in range(LAYERS):
        name = f"model.layers.{layer}"
        normed = norm(x, weights[f"{name}.input_layernorm.weight"])
        x = x + attention(weights, f"{name}.self_attn", normed)
        normed = norm(x, weights[f"{name}.post_attention_layernorm.weight"])
        gate = normed @ weights[f"{name}.mlp.gate_proj.weight"].T
        gate = gate / (1 + np.exp(-gate))
        inner = gate * (normed @ weights[f"{name}.mlp.up_proj.weight"].T)
        x = x + inner @ weights[f"{name}.mlp.down_proj.weight"].T
    return norm(x, weights["model.norm.weight"])[-1] @ weights["model.embed_tokens.weight"].T


def norm(x, weight):
    return x / np.sqrt((x**2).mean(axis=-1, keepdims=True) + EPSILON) * weight


def attention(weights, name, x):
    query, key, value = (
        (x @ weights[f"{name}.{part}_proj.weight"].T).reshape(len(x), -1, SIZE) for part in "qkv"
    )
    mixed = np.zeros((len(x), HEADS, SIZE))
    for head in range(HEADS):
        mine = head // (HEADS // SHARED)
        for row in range(len(x)):
            fits = [
                turned(query[row, head], row) @ turned(key[before, mine], before) / math.sqrt(SIZE)
                for before in range(row + 1)
            ]
            shares = np.exp(np.array(fits) - max(fits))
            mixed[row, head] = shares / shares.sum() @ value[: row + 1, mine]
    return mixed.reshape(len(x), -1) @ weights[f"{name}.o_proj.weight"].T


def turned(vector, place):
    """Each pair (i, i + half) by its angle, as complex numbers."""
    half = SIZE // 2
    angles = place * THETA ** (-np.arange(half) * 2 / SIZE)
    pairs = (vector[:half] + 1j * vector[half:]) * np.exp(1j * angles)
    return np.concatenate([pairs.real, pairs.imag])
