"""The one way to models and LLMs, for everybody.

Settings: INFERENCE_BACKEND, INFERENCE_SOCKET, INFERENCE_TIMEOUT, ML_MODEL_PATH, DEEPSEEK_*,
LLM_*.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.module_loading import import_string
from pydantic import BaseModel

from aiworld.breaker import NotAsked
from aiworld.loops import wait_for
from inference import providers, tokens
from inference.backends.chosen import PATIENCE, backend, own_backend, patiently
from inference.batching import Priority
from inference.generation import Ask, Bill, Call, Generation, Message
from inference.prices import Seller
from inference.providers import provider, tasks
from inference.providers.base import Own
from inference.texts import MAX_TEXTS, check

__all__ = ["Bill", "Call", "Generation", "Message", "Own", "all_sellers", "chosen_model",
           "configured", "decide", "decide_now", "embed", "embed_now", "generate", "generate_now",
           "health", "llm_name", "longest_prompt", "models", "sellers", "stream",
           "try_now", "warm_up"]  # fmt: skip

# By name: it imports a library that only those wait for who decide.
DECIDE = "inference.deciding.decide"
M = TypeVar("M", bound=BaseModel)


async def embed(
    texts: Sequence[str], *, deadline: float | None = None, priority: Priority = "interactive"
) -> list[list[float]]:
    """A vector of 384 numbers and unit length per text, in order. Empty texts are allowed.

    `deadline` is in seconds from now, INFERENCE_TIMEOUT if None, for all texts together. Raises
    Invalid (a text of more than 100,000 characters), Unavailable, DeadlineExceeded.
    """
    checked = check(texts)
    ends_at = time.monotonic() + (settings.INFERENCE_TIMEOUT if deadline is None else deadline)
    vectors: list[list[float]] = []
    for at in range(0, len(checked), MAX_TEXTS):
        part = checked[at : at + MAX_TEXTS]
        vectors += await patiently(partial(backend().embed, part), ends_at, priority)
    return vectors


def embed_now(
    texts: Sequence[str], *, deadline: float | None = None, priority: Priority = "background"
) -> list[list[float]]:
    """`embed` for synchronous code, from any thread. Without a deadline it is patient."""
    if deadline is None:
        deadline = PATIENCE * (1 + len(texts) // MAX_TEXTS)
    return wait_for(embed(texts, deadline=deadline, priority=priority))


def embed_here(texts: Sequence[str]) -> list[list[float]]:
    """`embed_now` with weights that this very process loads: for a command that is run where no
    inference process is. Raises Unavailable."""
    here = own_backend()
    checked = check(texts)
    vectors: list[list[float]] = []
    for at in range(0, len(checked), MAX_TEXTS):
        part = checked[at : at + MAX_TEXTS]
        vectors += wait_for(here.embed(part, deadline=PATIENCE, priority="background"))
    return vectors


async def health(*, deadline: float = 1.0) -> Mapping[str, Any]:
    """{backend, status, models: {key: state}}. Raises Unavailable."""
    return {"backend": settings.INFERENCE_BACKEND, **await backend().health(deadline=deadline)}


async def models(*, deadline: float = 1.0) -> Mapping[str, Mapping[str, Any]]:
    """By key: state, licence, memory, and how often and how fast it ran. Raises Unavailable."""
    return await backend().models(deadline=deadline)


async def generate(
    messages: Sequence[Message],
    *,
    task: str,
    deadline: float | None = None,
    own: Own | None = None,
    bill: Bill | None = None,
) -> Generation:
    """One answer of the LLM for such a task, never empty; of a game server's own if it has one.
    `deadline` in seconds, DEEPSEEK_TIMEOUT (LLM_TASK_TIMEOUT) at most. Every call that this takes
    is added to `bill`, also when it fails.

    Raises Unavailable (also when no LLM is configured), DeadlineExceeded.
    """
    asked = _ask(messages, task, deadline, bill, own)
    return await provider(own, task=task).generate(asked)


def generate_now(
    messages: Sequence[Message],
    *,
    task: str,
    deadline: float | None = None,
    own: Own | None = None,
    bill: Bill | None = None,
) -> Generation:
    """`generate` for synchronous code, from any thread."""
    return wait_for(generate(messages, task=task, deadline=deadline, own=own, bill=bill))


def stream(
    messages: Sequence[Message],
    *,
    task: str,
    deadline: float | None = None,
    own: Own | None = None,
    bill: Bill | None = None,
) -> AsyncGenerator[str, None]:
    """The answer in pieces. An error after some of them means that the last sentence is not whole.
    The bill is written when the stream ends or is closed."""
    return provider(own, task=task).stream(_ask(messages, task, deadline, bill, own))


async def decide(
    messages: Sequence[Message],
    *,
    output: type[M],
    task: str,
    deadline: float | None = None,
    own: Own | None = None,
    bill: Bill | None = None,
) -> M:
    """An answer in the form of `output`, asked for as `generate` does, with the same limits. One
    that does not fit is sent back once with what is wrong with it; both calls are on the bill.

    Raises Unavailable (also when the second does not fit), DeadlineExceeded.
    """
    asked = _ask(messages, task, deadline, bill, own)
    asked_of = provider(own, task=task)
    decided = await asyncio.to_thread(import_string, DECIDE)  # a second, the first time
    found: M = await decided(asked_of, asked, output)
    return found


def decide_now(
    messages: Sequence[Message],
    *,
    output: type[M],
    task: str,
    deadline: float | None = None,
    own: Own | None = None,
    bill: Bill | None = None,
) -> M:
    """`decide` for synchronous code, from any thread."""
    return wait_for(
        decide(messages, output=output, task=task, deadline=deadline, own=own, bill=bill)
    )


def _ask(
    messages: Sequence[Message],
    task: str,
    deadline: float | None,
    bill: Bill | None,
    own: Own | None = None,
) -> Ask:
    """Within what the settings allow for such a task."""
    kind, longest = tasks.task_of(task), tasks.longest(task)
    return Ask(
        messages=messages,
        task=task,
        deadline=longest if deadline is None else min(deadline, longest),
        bill=Bill() if bill is None else bill,
        model=providers.model_for(task, own),
        max_tokens=kind.max_tokens,
        temperature=kind.temperature,
    )


def try_now(
    own: Own, messages: Sequence[Message], *, deadline: float, bill: Bill | None = None
) -> Generation:
    """Ask a game server's own LLM once, whatever became of it before; `deadline` in seconds. What
    it took is added to `bill`."""

    async def once() -> Generation:
        endpoint = replace(providers.endpoint(own), timeout=deadline)
        asked = providers.make(endpoint)
        try:
            ask = Ask(messages=messages, task="trial", deadline=deadline, bill=bill or Bill())
            return await asked.generate(ask)
        finally:
            asked.close()

    return wait_for(once())


def configured() -> bool:
    """Whether the platform has an LLM."""
    try:
        provider()
    except NotAsked:
        return False
    return True


def warm_up() -> None:
    """For a process that answers players: what the first LLM call would wait for."""
    providers.warm_up()
    tokens.warm_up()


def llm_name(own: Own | None = None) -> tuple[str, str]:
    """Host and model of the LLM, as the ledger names them."""
    if own is not None:
        return urlsplit(own.base_url).hostname or "llm", own.model
    return urlsplit(settings.DEEPSEEK_API_BASE).hostname or "llm", settings.DEEPSEEK_MODEL


def sellers(task: str) -> tuple[Seller, ...]:
    """Those of the platform's that one question may ask, and be charged by."""
    chosen = providers.model_for(task, None)
    hosts = [(urlsplit(each.base_url).hostname or "", each) for each in providers.endpoints(task)]
    return tuple(
        Seller(host, each.model if at else chosen or each.model)
        for at, (host, each) in enumerate(hosts)
    )


def all_sellers() -> tuple[Seller, ...]:
    """Of every task, each once."""
    tasks = ("dialogue", *settings.LLM_TASKS)
    return tuple(dict.fromkeys(each for task in tasks for each in sellers(task)))


def chosen_model(task: str, own: Own | None = None) -> str:
    """The model that somebody named for this task; empty: none, so that a dialogue's is asked."""
    return providers.model_for(task, own)


def longest_prompt(own: Own | None = None) -> int:
    """Tokens, as `inference.tokens` counts them, that a dialogue's prompt may have.

    LLM_PROMPT_TOKENS, or what the endpoint's context leaves beside an answer; with a margin where
    the model's vocabulary is another than the one they are counted with."""
    return providers.longest_prompt(own)
