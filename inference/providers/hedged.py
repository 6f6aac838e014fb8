"""Two providers, of which one is heard: the second is asked when the first fails, or has not said a
word after a while. Whoever is first answers, the other is hung up on, and both are on the bill. A
question never comes to more than one call besides."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

from aiworld.breaker import NotAsked
from aiworld.errors import Unavailable
from inference.generation import HUNG_UP, Ask, Bill, Call, CutShort, Generation
from inference.providers.base import Provider
from inference.providers.thinking import without_thoughts

Opening = tuple[str, AsyncGenerator[str, None]]
OUTRUN = "outrun"
"""How the call ended that was hung up on because the other one was faster."""


class Hedged:
    def __init__(self, first: Provider, second: Provider, *, after: float) -> None:
        """After so many seconds of silence the second is asked too; 0: only when the first has
        failed."""
        self._first, self._second, self._after = first, second, after

    async def generate(self, ask: Ask) -> Generation:
        """Streamed, so that a long answer is not taken for silence."""
        began = asyncio.get_running_loop().time()
        winner = await self._race(ask)
        text, pieces = winner.task.result()
        cut = False
        try:
            async with aclosing(pieces):
                async for piece in pieces:
                    text += piece
        except CutShort:
            cut = True
        call = winner.tab.calls[-1]
        return Generation(
            text=without_thoughts(text),
            provider=call.provider,
            model=call.model,
            prompt_tokens=call.prompt_tokens,
            completion_tokens=call.completion_tokens,
            cached_tokens=call.cached_tokens,
            estimated=call.estimated,
            finish_reason="length" if cut else "stop",
            seconds=asyncio.get_running_loop().time() - began,
        )

    async def stream(self, ask: Ask) -> AsyncGenerator[str, None]:
        """Who said the first word is heard to the end, whatever becomes of it."""
        first, pieces = (await self._race(ask)).task.result()
        async with aclosing(pieces):
            yield first
            async for piece in pieces:
                yield piece

    def close(self) -> None:
        self._first.close()
        self._second.close()

    async def _race(self, ask: Ask) -> _Runner:
        clock = asyncio.get_running_loop().time
        began = clock()
        runners = [_Runner.start(self._first, ask)]
        winner: _Runner | None = None
        try:
            await asyncio.wait([runners[0].task], timeout=self._after or None)
            if not runners[0].won:
                left = None if ask.deadline is None else ask.deadline - (clock() - began)
                # A model that was chosen for the task is one of the first's.
                asked = replace(ask, deadline=left, model="")
                runners.append(_Runner.start(self._second, asked))
            winner = await _fastest(runners)
            return winner
        finally:
            await _stop([runner for runner in runners if runner is not winner], winner is not None)


@dataclass
class _Tab(Bill):
    """Calls are added to the asker's bill as well, told apart if they were in vain."""

    asker: Bill | None = None
    in_vain: bool = False

    def add(self, call: Call) -> None:
        assert self.asker is not None
        outrun = self.in_vain and call.outcome == HUNG_UP
        call = replace(call, outcome=OUTRUN) if outrun else call
        super().add(call)
        self.asker.add(call)


@dataclass(eq=False)
class _Runner:
    task: asyncio.Task[Opening]
    tab: _Tab

    @classmethod
    def start(cls, provider: Provider, ask: Ask) -> _Runner:
        tab = _Tab(asker=ask.bill)
        return cls(asyncio.create_task(_opening(provider, replace(ask, bill=tab))), tab)

    @property
    def won(self) -> bool:
        return self.task.done() and not self.task.cancelled() and self.task.exception() is None


async def _opening(provider: Provider, ask: Ask) -> Opening:
    """The first piece of an answer, and what brings the others."""
    pieces = provider.stream(ask)
    try:
        return await anext(pieces), pieces
    except StopAsyncIteration:
        raise Unavailable("the LLM said nothing") from None


async def _fastest(runners: Sequence[_Runner]) -> _Runner:
    """Raises what went wrong, if none of them answers."""
    while True:
        if winner := next((runner for runner in runners if runner.won), None):
            return winner
        running = [runner.task for runner in runners if not runner.task.done()]
        if not running:
            raise _telling([runner.task.exception() for runner in runners])
        await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)


def _telling(errors: Sequence[BaseException | None]) -> BaseException:
    """Of one that was asked, if any was."""
    found = [error for error in errors if error is not None]
    asked = [error for error in found if not isinstance(error, NotAsked)]
    return next(iter(asked or found), Unavailable("no LLM answered"))


async def _stop(losers: Sequence[_Runner], outrun: bool) -> None:
    for runner in losers:
        runner.tab.in_vain = outrun
        runner.task.cancel()
    await asyncio.gather(*(runner.task for runner in losers), return_exceptions=True)
    for runner in losers:
        if runner.won:
            await runner.task.result()[1].aclose()
