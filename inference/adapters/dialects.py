"""How engines elsewhere are asked over HTTP: what is sent where, and where the answer stands in
what comes back. Pure; nothing here opens a connection.

tei: text-embeddings-inference. openai: vLLM, Triton's OpenAI frontend and whatever else speaks that
protocol for embeddings, and Cohere's for ranking, which OpenAI has none of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


class Nonsense(Exception):
    """What came is not what was asked for."""


@dataclass(frozen=True)
class Question:
    path: str
    body: Mapping[str, Any]


@dataclass(frozen=True)
class Dialect:
    embed: Callable[[str, Sequence[str]], Question]
    """Model and texts."""
    vectors: Callable[[Any], Sequence[Any]]
    """A list of numbers per text, in order. KeyError, TypeError or Nonsense for anything else."""
    rerank: Callable[[str, str, Sequence[str]], Question]
    """Model, query and texts."""
    scores: Callable[[Any], Sequence[float]]
    """A number per text, in order."""


def _tei_embed(model: str, texts: Sequence[str]) -> Question:
    return Question("/embed", {"inputs": list(texts), "truncate": True, "normalize": True})


def _tei_rerank(model: str, query: str, texts: Sequence[str]) -> Question:
    body = {"query": query, "texts": list(texts), "truncate": True, "raw_scores": True}
    return Question("/rerank", body)


def _openai_embed(model: str, texts: Sequence[str]) -> Question:
    body = {"model": model, "input": list(texts), "encoding_format": "float"}
    return Question("/embeddings", body)


def _openai_rerank(model: str, query: str, texts: Sequence[str]) -> Question:
    return Question("/rerank", {"model": model, "query": query, "documents": list(texts)})


def _in_order(rows: Any, name: str) -> list[Any]:
    """By `index`: engines answer the best first."""
    found = {int(row["index"]): row[name] for row in rows}
    if set(found) != set(range(len(rows))):
        raise Nonsense("its answers are not numbered from 0")
    return [found[at] for at in range(len(rows))]


DIALECTS: Mapping[str, Dialect] = {
    "tei": Dialect(
        embed=_tei_embed,
        vectors=list,
        rerank=_tei_rerank,
        scores=lambda said: _in_order(said, "score"),
    ),
    "openai": Dialect(
        embed=_openai_embed,
        vectors=lambda said: _in_order(said["data"], "embedding"),
        rerank=_openai_rerank,
        scores=lambda said: _in_order(said["results"], "relevance_score"),
    ),
}
