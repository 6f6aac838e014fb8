"""The small language model of the inference process, asked as any other LLM is. It answers in one
piece: what it writes is short, and its frames carry whole answers."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

from aiworld.errors import AIWorldError, DeadlineExceeded, Unavailable
from inference.backends.chosen import backend
from inference.batching import Priority
from inference.catalogue.writers import WRITER
from inference.generation import Ask, CutShort, Generation
from inference.providers.answers import CUT, Tokens
from inference.providers.base import Endpoint
from inference.providers.entry import Entry
from inference.providers.tasks import task_of
from inference.providers.thinking import without_thoughts

ADDRESS = f"inference://{WRITER}"
MOST_TOKENS = 1024


class InProcess:
    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint

    async def generate(self, ask: Ask) -> Generation:
        """Raises Unavailable, DeadlineExceeded."""
        with Entry(ask, "inference", WRITER) as entry:
            entry.sent = True
            try:
                [said] = await self._asked(ask)
            except AIWorldError as error:
                entry.refused = not isinstance(error, DeadlineExceeded)
                if isinstance(error, Unavailable):
                    raise
                raise Unavailable(error.message) from error
            entry.raw = said["text"]
            entry.tokens = Tokens(said["prompt_tokens"], 0, said["completion_tokens"])
            text = without_thoughts(said["text"])
            if not text:
                raise Unavailable("the small language model said nothing")
        call = entry.call
        return Generation(
            text=text,
            provider=call.provider,
            model=call.model,
            prompt_tokens=call.prompt_tokens,
            completion_tokens=call.completion_tokens,
            finish_reason=said["finish_reason"],
            seconds=call.seconds,
        )

    async def stream(self, ask: Ask) -> AsyncGenerator[str, None]:
        found = await self.generate(ask)
        yield found.text
        if found.finish_reason == CUT:
            raise CutShort("the small language model was cut off at the longest answer allowed")

    def close(self) -> None:
        """There is nothing of its own to close."""

    async def _asked(self, ask: Ask) -> list[dict[str, Any]]:
        own = self._endpoint
        longest = own.max_tokens if ask.max_tokens is None else ask.max_tokens
        item = {
            "messages": [dict(each) for each in ask.messages],
            "max_tokens": min(longest, MOST_TOKENS),
            "temperature": own.temperature if ask.temperature is None else ask.temperature,
        }
        priority: Priority = "background" if task_of(ask.task).background else "interactive"
        deadline = own.timeout if ask.deadline is None else ask.deadline
        return await backend().ask(
            "generate", WRITER, [item], query="", deadline=max(deadline, 0.001), priority=priority
        )
