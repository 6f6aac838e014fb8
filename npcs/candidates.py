"""Which rows are worth an exact score."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector
from django.db.models import F, FloatField, QuerySet, Value
from django.db.models.functions import Coalesce
from pgvector.django import CosineDistance

from npcs.retrieval import CANDIDATES, tsquery

Vector = Sequence[float]


def near(rows: QuerySet[Any], said: str, vector: Vector | None) -> QuerySet[Any]:
    """The rows worth an exact score: near in meaning, or sharing a word, or recent.

    One NPC's memories of one character are few; they are found by b-tree and compared exactly,
    which is faster than HNSW with a filter and never wrong."""
    dense: Any = Value(None, output_field=FloatField())
    if vector is not None:
        dense = 1.0 - CosineDistance("embedding", list(vector))
    lexical: Any = Value(0.0, output_field=FloatField())
    if words := tsquery(said):
        lexical = SearchRank(
            SearchVector("text", config="simple"),
            SearchQuery(words, config="simple", search_type="raw"),
        )
    ranked = rows.defer("embedding").annotate(dense=dense, lexical=lexical)
    best: QuerySet[Any] = ranked.order_by(
        (Coalesce(F("dense"), 0.0, output_field=FloatField()) + F("lexical") * 4).desc(), "-id"
    )[:CANDIDATES]
    return best
