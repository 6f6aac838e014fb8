"""Pieces of words as numbers: what the shared encoder, which was trained on English, does not see
in a line of Thai, Korean, Indonesian, Portuguese or Spanish, or of creative spelling.

Hashing of character n-grams: Weinberger et al. 2009, "Feature hashing for large scale multitask
learning"; n-grams inside words as in Bojanowski et al. 2017 (fastText)."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

BUCKETS = 4096
SIZES = (2, 3, 4)
LONGEST = 400
"""Characters of a line that are looked at; a chat box holds 255 bytes."""


def pieces(texts: Sequence[str]) -> NDArray[np.float32]:
    """(texts, BUCKETS): how often each piece is there, damped, each row of unit length or 0."""
    rows = np.zeros((len(texts), BUCKETS), dtype=np.float32)
    for row, text in zip(rows, texts, strict=True):
        np.add.at(row, _places(text), 1.0)
    rows = np.log1p(rows)
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: NDArray[np.float32] = rows / np.maximum(norms, 1e-9)
    return scaled


def _places(text: str) -> list[int]:
    folded = unicodedata.normalize("NFKC", text[:LONGEST]).casefold()
    padded = f" {' '.join(folded.split())} "
    found = [crc32(word.encode()) for word in padded.split()]
    for size in SIZES:
        for at in range(len(padded) - size + 1):
            piece = padded[at : at + size]
            if " " not in piece[1:-1]:
                found.append(crc32(piece.encode()))
    return [each % BUCKETS for each in found]
