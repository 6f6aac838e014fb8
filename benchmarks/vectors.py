"""Memories to search in: sentences from templates with real vectors, each many times over with a
little noise, since embedding a hundred thousand sentences would take most of an hour here."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
NOISE = 0.4
"""Length of the noise on a vector of length 1; the cosine with the original is about 0.93."""
TEMPLATES = (
    "My {kin} {name} lives near {place}.",
    "I lost my {thing} somewhere near {place}.",
    "{name} owes me a {thing}, and I want it back.",
    "Last night I fought the {monster} at {place}.",
    "The {monster} took my {kin}'s {thing}.",
    "I promised {name} to bring a {thing} from {place}.",
    "Never speak of {place} to my {kin}.",
    "I am afraid of the {monster} since I was a child.",
)
WORDS = {
    "kin": ("sister", "brother", "father", "aunt", "teacher", "neighbour", "cousin", "widow"),
    "name": (
        "Mira",
        "Joren",
        "Tilda",
        "Aldric",
        "Sava",
        "Petra",
        "Olin",
        "Bruna",
        "Hedwig",
        "Corwin",
        "Ismene",
        "Dalva",
    ),
    "place": (
        "Payon",
        "Geffen",
        "Alberta",
        "the sewers",
        "the desert",
        "Mount Mjolnir",
        "the inn",
        "the west gate",
        "Prontera",
    ),
    "thing": (
        "silver ring",
        "red potion",
        "old map",
        "lute",
        "blue feather",
        "sword",
        "letter",
        "goat",
        "key",
    ),
    "monster": (
        "poring king",
        "skeleton",
        "orc hero",
        "giant spider",
        "wolf",
        "baphomet",
        "sea serpent",
        "drake",
    ),
}


def sentences(number: int, seed: int) -> list[str]:
    """Different ones, in an order that depends on `seed` alone."""
    made = [
        template.format(**dict(zip(WORDS, words, strict=True)))
        for template in TEMPLATES
        for words in product(*WORDS.values())
    ]
    different = sorted(set(made))
    random.Random(seed).shuffle(different)
    return different[:number]


def noisy(vectors: Vectors, picks: Sequence[int], rng: np.random.Generator) -> Vectors:
    noise = rng.standard_normal((len(picks), vectors.shape[1])).astype(np.float32)
    noise *= NOISE / np.sqrt(vectors.shape[1])
    mixed = vectors[list(picks)] + noise
    scaled: Vectors = mixed / np.linalg.norm(mixed, axis=1, keepdims=True)
    return scaled
