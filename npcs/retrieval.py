"""How well a stored text fits what was said: meaning and words, fused.

Scores are summed after normalising, not ranked: on long dialogues a normalised sum found 72 % of
the evidence in the first ten, reciprocal rank fusion 64-68 % (it throws magnitudes away), and words
alone 58 %. Without a vector (the model is away) the words decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import log
from typing import NamedTuple

from npcs.brief import Language
from npcs.lexicon.concepts import concepts
from npcs.matching import overlap, subjects

UNRELATED, ALIKE = 0.15, 0.70
"""Cosines of all-MiniLM-L6-v2 between which relevance grows from 0 to 1."""
DENSE_SHARE: dict[Language, float] = {
    "en": 0.5, "pt": 0.25, "es": 0.25, "id": 0.2, "ko": 0.1, "th": 0.1,
}  # fmt: skip
"""Weight of meaning beside words; the encoder was trained on English."""
FAINT = 0.3
"""Weight of ideas that many lines share ('work', 'find', 'big') beside others."""
IMPORTANCE_SHARE = RECENCY_SHARE = 0.04
"""They break ties; equal weights would bury old facts."""
CANDIDATES = 120
"""Rows the database hands over for the exact score."""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    id: int
    text: str
    dense: float | None
    """Cosine with what was said; None where either has no vector."""
    importance: float = 5.0
    happened_at: datetime | None = None


class Score(NamedTuple):
    """How well a candidate fits, 0.0-1.0, and what that is made of."""

    total: float
    words: float
    """Share of what was asked that it speaks of."""
    meaning: float | None
    """None where either has no vector: then words alone count."""
    importance: float
    recency: float
    """What they add, as shares of the relevance: they break ties."""


def search_terms(text: str, language: Language) -> list[str]:
    """Folded beginnings of the words that may answer `text`: of its own words, and of the words
    for the same ideas in the other languages."""
    found: set[str] = set()
    for key in subjects(text, language):
        if "." in key:
            found |= concepts().search_terms(key)
        else:
            found.add("".join(c for c in key if c.isalnum()))
    return sorted(found - {""})


def tsquery(terms: Sequence[str]) -> str:
    return " | ".join(f"{term}:*" for term in terms)


def scores(
    said: str, candidates: Sequence[Candidate], *, language: Language, now: datetime
) -> list[float]:
    """Relevance 0.0-1.0 of each candidate, in their order."""
    return [score.total for score in rated(said, candidates, language=language, now=now)]


def rated(
    said: str, candidates: Sequence[Candidate], *, language: Language, now: datetime
) -> list[Score]:
    """The same, with what each is made of."""
    asked = subjects(said, language)
    keys = [subjects(candidate.text) for candidate in candidates]
    rarity = {key: _rarity(key, keys) for key in asked}
    return [
        _fused(candidate, _coverage(asked, found, rarity), language, now)
        for candidate, found in zip(candidates, keys, strict=True)
    ]


def _rarity(key: str, keys: Sequence[frozenset[str]]) -> float:
    weight = log(1 + len(keys) / (1 + sum(key in found for found in keys))) or 1.0
    return weight * FAINT if key in concepts().faint else weight


def _coverage(asked: frozenset[str], found: frozenset[str], rarity: dict[str, float]) -> float:
    """Share of what was asked that the text speaks of, rare words counting more."""
    total = sum(rarity.values())
    hit = sum(weight for key, weight in rarity.items() if overlap(frozenset({key}), found))
    covered = hit / total if total else 0.0
    return covered * FAINT if asked <= concepts().faint else covered


def _fused(candidate: Candidate, words: float, language: Language, now: datetime) -> Score:
    relevance, meaning = words, None
    if candidate.dense is not None:
        share = DENSE_SHARE[language]
        meaning = min(max((candidate.dense - UNRELATED) / (ALIKE - UNRELATED), 0.0), 1.0)
        relevance = share * meaning + (1 - share) * words
    importance, recency = IMPORTANCE_SHARE * candidate.importance / 10, 0.0
    if candidate.happened_at:
        days = max((now - candidate.happened_at).total_seconds() / 86_400, 0.0)
        recency = RECENCY_SHARE / (1 + days)
    own = relevance * (1 - IMPORTANCE_SHARE - RECENCY_SHARE)
    total = round(min(own + (importance + recency) * relevance, 1.0), 4)
    return Score(total, words, meaning, importance, recency)
