"""What the fleet of models says of texts and of rows of features, for everybody.

Settings: as `inference.client`, which has the embeddings and the LLMs."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from django.conf import settings

from aiworld.loops import wait_for
from inference.backends.base import Read, Span
from inference.backends.chosen import PATIENCE, Asks, backend, patiently
from inference.batching import Priority
from inference.catalogue import RERANKER
from inference.rows import check as check_rows
from inference.texts import MAX_TEXTS, check

__all__ = ["Read", "Span", "classify", "classify_now", "forecast", "forecast_now", "load", "rerank",
           "rerank_now", "score", "score_now", "tag", "tag_now", "unload"]  # fmt: skip
R = TypeVar("R")
LOADING = 60.0
"""Seconds that loading a model may take."""


async def classify(
    texts: Sequence[str],
    *,
    models: Sequence[str],
    vectors: bool = False,
    deadline: float | None = None,
    priority: Priority = "interactive",
) -> list[Read]:
    """Per text the probabilities of all labels, by model. All models on the shared encoder take one
    pass of it; with `vectors` its vectors come along, and a model that cannot be asked now is left
    out of the answer.

    `deadline` is in seconds from now, INFERENCE_TIMEOUT if None. Raises NotFound, Invalid,
    DeadlineExceeded, Unavailable."""
    ask = partial(_classified, list(models), vectors=vectors)
    return await _in_parts(ask, check(texts), deadline, priority)


async def tag(
    texts: Sequence[str],
    *,
    model: str = "entities",
    deadline: float | None = None,
    priority: Priority = "interactive",
) -> list[list[Span]]:
    """The spans of each text that are a name: where they begin and end, in characters, and of what.
    Deadline and errors as `classify`."""
    found = await _in_parts(partial(_asked, "tag", model), check(texts), deadline, priority)
    return [[Span(*span) for span in spans] for spans in found]


async def rerank(
    query: str,
    texts: Sequence[str],
    *,
    deadline: float | None = None,
    priority: Priority = "interactive",
) -> list[float]:
    """How well each text answers the query; higher is better, and only the order has a meaning.
    Deadline and errors as `classify`; Unavailable as long as no ranker was downloaded."""
    (asked,) = check([query])
    ask = partial(_asked, "rerank", RERANKER, query=asked)
    return await _in_parts(ask, check(texts), deadline, priority)


async def score(
    items: Sequence[Mapping[str, Any] | Sequence[Any]],
    *,
    model: str,
    deadline: float | None = None,
    priority: Priority = "interactive",
) -> list[Any]:
    """What the model makes of each row of features; each model's documentation says what. Deadline
    and errors as `classify`; Invalid for NaN and for what the model cannot read."""
    ask = partial(_asked, "score", model)
    return await _in_parts(ask, check_rows(items), deadline, priority)


async def forecast(
    items: Sequence[Mapping[str, Any] | Sequence[Any]],
    *,
    model: str,
    deadline: float | None = None,
    priority: Priority = "interactive",
) -> list[Any]:
    """The next values of each sequence. Deadline and errors as `score`."""
    ask = partial(_asked, "forecast", model)
    return await _in_parts(ask, check_rows(items), deadline, priority)


def classify_now(
    texts: Sequence[str],
    *,
    models: Sequence[str],
    deadline: float | None = None,
    priority: Priority = "background",
) -> list[Read]:
    """`classify` for synchronous code, from any thread; patient without a deadline."""
    deadline = _patient(deadline, texts)
    return wait_for(classify(texts, models=models, deadline=deadline, priority=priority))


def tag_now(
    texts: Sequence[str], *, model: str = "entities", deadline: float | None = None
) -> list[list[Span]]:
    """`tag` for synchronous code, in the background."""
    deadline = _patient(deadline, texts)
    return wait_for(tag(texts, model=model, deadline=deadline, priority="background"))


def rerank_now(query: str, texts: Sequence[str], *, deadline: float | None = None) -> list[float]:
    """`rerank` for synchronous code, in the background."""
    return wait_for(rerank(query, texts, deadline=_patient(deadline, texts), priority="background"))


def score_now(
    items: Sequence[Any],
    *,
    model: str,
    deadline: float | None = None,
    priority: Priority = "background",
) -> list[Any]:
    """`score` for synchronous code."""
    deadline = _patient(deadline, items)
    return wait_for(score(items, model=model, deadline=deadline, priority=priority))


def forecast_now(
    items: Sequence[Any],
    *,
    model: str,
    deadline: float | None = None,
    priority: Priority = "background",
) -> list[Any]:
    """`forecast` for synchronous code."""
    deadline = _patient(deadline, items)
    return wait_for(forecast(items, model=model, deadline=deadline, priority=priority))


def load(model: str) -> None:
    """Now, where the models are. Raises NotFound, Unavailable with the reason."""
    wait_for(backend().change(model, loaded=True, deadline=LOADING))


def unload(model: str) -> None:
    """Frees its memory; it is loaded again when it is next asked. Raises NotFound, Unavailable
    while it works."""
    wait_for(backend().change(model, loaded=False, deadline=LOADING))


async def _classified(
    models: list[str],
    texts: Sequence[str],
    *,
    vectors: bool,
    deadline: float,
    priority: Priority,
) -> list[Read]:
    return await backend().classify(
        models, texts, vectors=vectors, deadline=deadline, priority=priority
    )


async def _asked(
    task: str,
    model: str,
    items: Sequence[Any],
    *,
    deadline: float,
    priority: Priority,
    query: str = "",
) -> list[Any]:
    return await backend().ask(
        task, model, items, query=query, deadline=deadline, priority=priority
    )


async def _in_parts(
    ask: Any, items: Sequence[Any], deadline: float | None, priority: Priority
) -> list[Any]:
    """MAX_TEXTS a request, all within the deadline. Nothing asked, nothing answered."""
    ends_at = time.monotonic() + (settings.INFERENCE_TIMEOUT if deadline is None else deadline)
    results: list[Any] = []
    for at in range(0, len(items), MAX_TEXTS):
        one: Asks[list[Any]] = partial(ask, items[at : at + MAX_TEXTS])
        results += await patiently(one, ends_at, priority)
    return results


def _patient(deadline: float | None, items: Sequence[Any]) -> float:
    return PATIENCE * (1 + len(items) // MAX_TEXTS) if deadline is None else deadline
