"""Which rows are worth an exact score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from npcs.brief import Language
from npcs.retrieval import CANDIDATES, search_terms, tsquery
from tenants.statements import rows

Vector = Sequence[float]
ACCENTED, BARE = "áàâãäéèêëíìîïóòôõöúùûüçñ", "aaaaaeeeeiiiiooooouuuucn"
TERM = 8.0
"""What a word in common weighs beside a cosine; the rank of one term among n is about 0.06 / n."""

# `translate` folds as `folding.fold` does: terms come without accents. A row without a vector is
# found by its words alone, and all are when what was said has none.
NEAR = """
SELECT {columns}, 1 - (embedding <=> %(vector)s::vector) AS dense
FROM {table} WHERE {where}
ORDER BY COALESCE(1 - (embedding <=> %(vector)s::vector), 0) + COALESCE(ts_rank(
    to_tsvector('simple', translate(lower({label} || ' ' || text), '{accented}', '{bare}')),
    to_tsquery('simple', %(query)s)
), 0) * %(weight)s::float DESC, id DESC
LIMIT {limit}
"""


def statement(table: str, columns: str, where: str, *, label: str, limit: int = CANDIDATES) -> str:
    """What `near` runs for one table; `label` is the column beside `text` that says what a row is
    about. All of it is written in code, never taken from input."""
    return NEAR.format(
        table=table, columns=columns, where=where, label=label,
        accented=ACCENTED, bare=BARE, limit=limit,
    )  # fmt: skip


def near(
    sql: str,
    said: str,
    vector: Vector | None,
    values: Mapping[str, object],
    *,
    language: Language,
) -> list[tuple[Any, ...]]:
    """The rows worth an exact score: near in meaning, or sharing a word, or recent. The last column
    is the cosine, None where either has no vector.

    One NPC's memories of one character are few; they are found by b-tree and compared exactly,
    which is faster than HNSW with a filter and never wrong."""
    terms = search_terms(said, language)
    query, weight = tsquery(terms) or None, TERM * len(terms)
    return rows(sql, {"vector": written(vector), "query": query, "weight": weight, **values})


def written(vector: Vector | None) -> str | None:
    """As pgvector reads it, with no more digits than its 32-bit numbers have."""
    return None if vector is None else f"[{','.join([f'{number:.8g}' for number in vector])}]"
