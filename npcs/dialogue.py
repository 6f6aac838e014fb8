"""Talking with an NPC: read, think, write.

read    who they are, what they said before, what may be told     one or two short units
think   the steps of `npcs.ladder`                                holds no thread, no connection
        (while a game master speaks for the NPC: their words)
write   turn, trust, memory, follow-up work                       one transaction
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import replace

from django.conf import settings

from npcs import (
    asking,
    fillers,
    gates,
    ladder,
    mind,
    reading,
    recording,
    showing,
    standing_in,
    work,
)
from npcs.brief import Brief
from npcs.fillers import Filler
from npcs.moderation.hearing import deflection, heard
from npcs.sentences import split
from npcs.turns import Reply, Said, Scene, Thought
from tenants import switches
from tenants.context import run_in_tenant, tenant

RESERVE, SHARE = 0.3, 0.1
"""Seconds, and share of the whole, kept for writing the turn down and for the way back."""


class Clock:
    """How long this call has taken, and how long it may still think."""

    def __init__(self, seconds: float) -> None:
        self._began = time.perf_counter()
        self._seconds = seconds

    @property
    def ms(self) -> int:
        return int((time.perf_counter() - self._began) * 1000)

    @property
    def gone(self) -> float:
        return time.perf_counter() - self._began

    @property
    def left(self) -> float:
        reserve = max(RESERVE, SHARE * self._seconds)
        return self._seconds - reserve - (time.perf_counter() - self._began)


async def talk(said: Said, *, seconds: float) -> Reply:
    """Answer one thing a player says, within `seconds`. Call it inside a server's context.

    Raises NotFound, SwitchedOff, OverQuota, Conflict, Unavailable."""
    clock, asks = Clock(seconds), await asking.possible()
    said = await mind.weighed(heard(said), seconds=patience(clock))
    known = await run_in_tenant(tenant(), _at_once, said, clock, asks)
    if isinstance(known, Reply):
        return known
    thought = await _think(known, clock, asks)
    return await run_in_tenant(tenant(), _close, known, thought, clock.ms)


async def stream(
    said: Said, *, seconds: float, first_line: float | None = None
) -> AsyncIterator[str | Filler | Reply]:
    """The same, sentence by sentence; the whole reply comes last. If nothing can be said within
    `first_line` seconds (FIRST_LINE), a filler goes before: it is no part of the answer."""
    clock, asks = Clock(seconds), await asking.possible()
    soon = settings.FIRST_LINE if first_line is None else first_line
    said = await mind.weighed(heard(said), seconds=patience(clock))
    known = await run_in_tenant(tenant(), _open, said, asks)
    if isinstance(known, Reply):
        for sentence in split(known.text):
            yield sentence
        yield known
        return
    scene, thought = known
    async with aclosing(_spoken(scene, thought, clock, asks)) as spoken:
        async for part in _with_first_line(spoken, scene, soon and soon - clock.gone):
            if isinstance(part, Thought):
                yield await run_in_tenant(tenant(), _close, scene, part, clock.ms)
            elif isinstance(part, Filler):
                yield part
            else:
                await run_in_tenant(tenant(), showing.sentence, scene, part)
                yield part


async def _with_first_line(
    spoken: AsyncGenerator[str | Thought, None], scene: Scene, wait: float
) -> AsyncIterator[str | Filler | Thought]:
    """`wait`: seconds until the filler; 0: there is none."""
    first = asyncio.ensure_future(anext(spoken, None))
    try:
        if wait and (filler := await fillers.unless(first, scene, wait=wait)):
            yield filler
        part = await first
    finally:
        if not first.done():  # the caller is gone; the generator can be closed when it has ended
            first.cancel()
            await asyncio.wait([first])
    while part is not None:
        yield part
        part = await anext(spoken, None)


async def _think(scene: Scene, clock: Clock, asks: bool) -> Thought:
    if scene.held_by and (words := await standing_in.answer(scene, seconds=clock.left)):
        return words
    known, heard = await _known(scene, clock, asks)
    if isinstance(known, Thought):
        return replace(known, toxic=heard.toxic)
    return heard.noted(await mind.answer(known, seconds=clock.left))


async def _spoken(
    scene: Scene, thought: Thought | None, clock: Clock, asks: bool
) -> AsyncGenerator[str | Thought, None]:
    if scene.held_by:
        thought = await standing_in.answer(scene, seconds=clock.left)
    if thought is None:
        known, heard = await _known(scene, clock, asks)
        if isinstance(known, Brief):
            async with aclosing(mind.sentences(known, seconds=clock.left)) as parts:
                async for part in parts:
                    yield heard.noted(part) if isinstance(part, Thought) else part
            return
        thought = replace(known, toxic=heard.toxic)
    for sentence in split(thought.text):
        yield sentence
    yield thought


async def _known(scene: Scene, clock: Clock, asks: bool) -> tuple[Thought | Brief, mind.Heard]:
    said = scene.said
    heard = mind.Heard(said.vector, said.toxic)
    if heard.vector is None:
        heard = await mind.hear(said.text, scene.language, seconds=patience(clock))
    known = await run_in_tenant(tenant(), ladder.known, scene, heard.vector, asks=asks)
    return known, heard


def patience(clock: Clock) -> float:
    """Words alone find most of it: the encoder gets at most half of what is left."""
    return max(min(float(settings.INFERENCE_TIMEOUT), clock.left / 2), 0.0)


def _open(said: Said, asks: bool) -> Reply | tuple[Scene, Thought | None]:
    switches.check()
    scene = reading.scene(said)
    if isinstance(scene, Reply):
        return scene
    gates.check("dialogue")
    if turned_away := deflection(scene):
        return scene, turned_away
    if has_work := work.offer(scene):
        return scene, has_work
    return scene, None if scene.held_by else ladder.at_once(scene, asks=asks)


def _at_once(said: Said, clock: Clock, asks: bool) -> Reply | Scene:
    """The whole answer in one unit, if there is nothing to think about."""
    known = _open(said, asks)
    if isinstance(known, Reply):
        return known
    scene, thought = known
    return scene if thought is None else _close(scene, thought, clock.ms)


def _close(scene: Scene, thought: Thought, latency_ms: int) -> Reply:
    reply = recording.record(scene, thought, latency_ms=latency_ms)
    ladder.keep(scene, thought)
    return reply
