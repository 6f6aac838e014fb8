"""One call's line in the ledger, written down however the call ends."""

from __future__ import annotations

import asyncio
import time
from types import TracebackType

from aiworld import measures, tracing
from inference import tokens
from inference.generation import BROKE_OFF, HUNG_UP, Ask, Call, CutShort, digest
from inference.providers.answers import Tokens


class Entry:
    """`with Entry(...) as entry:` around a call; what is raised goes on."""

    call: Call
    """There once the call has ended."""

    def __init__(self, ask: Ask, provider: str, model: str) -> None:
        self.model = self.asked = model
        self.tokens: Tokens | None = None
        """What the provider says."""
        self.sent = False
        """Whether it was asked at all."""
        self.refused = False
        """It would not even read the question."""
        self.said = False
        """Whether anybody heard a part of the answer."""
        self.raw = ""
        """What came of the answer."""
        self._ask, self._provider = ask, provider
        self._began = time.monotonic()

    def __enter__(self) -> Entry:
        # Not around what is asked for: a stream gives its parts out in between.
        self._span = tracing.begun(f"llm {self._ask.task}", model=self.asked)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        outcome = self._outcome(error)
        tracing.ended(self._span, "" if outcome == "ok" else outcome)
        if self.sent:
            self.call = self._call(outcome)
            self._ask.bill.add(self.call)
            measures.llm_calls.labels(self._ask.task, self.call.outcome).inc()
            measures.llm_call_seconds.labels(self._ask.task).observe(self.call.seconds)

    def _call(self, outcome: str) -> Call:
        found = self.tokens or self._counted()
        return Call(
            provider=self._provider[:40],
            model=self.model[:80],
            prompt_digest=digest(self._ask.messages),
            prompt_tokens=found.prompt,
            cached_tokens=found.cached,
            completion_tokens=found.completion,
            estimated=self.tokens is None and not self.refused,
            seconds=time.monotonic() - self._began,
            outcome=outcome,
            asked=self.asked,
        )

    def _counted(self) -> Tokens:
        if self.refused:
            return Tokens(0, 0, 0)
        return Tokens(tokens.count_chat(self._ask.messages), 0, tokens.count(self.raw))

    def _outcome(self, error: BaseException | None) -> str:
        if error is None or isinstance(error, CutShort):
            return "ok"
        if isinstance(error, asyncio.CancelledError | GeneratorExit):
            return HUNG_UP
        if self.said:
            return BROKE_OFF
        return type(error).__name__
