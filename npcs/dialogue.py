"""Talking with an NPC: read, think, write.

read    who they are, what they said before, what may be told     one or two short units
think   cache, else language model, else composer                 holds no thread, no connection
        (while a game master speaks for the NPC: their words)
write   turn, trust, memory, follow-up work                       one transaction
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import replace

from django.conf import settings

from npcs import mind, reading, recording, replies, showing, standing_in
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
    def left(self) -> float:
        reserve = max(RESERVE, SHARE * self._seconds)
        return self._seconds - reserve - (time.perf_counter() - self._began)


async def talk(said: Said, *, seconds: float) -> Reply:
    """Answer one thing a player says, within `seconds`. Call it inside a server's context.

    Raises NotFound, SwitchedOff, Conflict, Unavailable."""
    clock = Clock(seconds)
    known = await run_in_tenant(tenant(), _at_once, heard(said), clock)
    if isinstance(known, Reply):
        return known
    thought = await _think(known, clock)
    return await run_in_tenant(tenant(), _close, known, thought, clock.ms)


async def stream(said: Said, *, seconds: float) -> AsyncIterator[str | Reply]:
    """The same, sentence by sentence; the whole reply comes last."""
    clock = Clock(seconds)
    known = await run_in_tenant(tenant(), _open, heard(said))
    if isinstance(known, Reply):
        for sentence in split(known.text):
            yield sentence
        yield known
        return
    scene, thought = known
    async for part in _spoken(scene, thought, clock):
        if isinstance(part, Thought):
            yield await run_in_tenant(tenant(), _close, scene, part, clock.ms)
        else:
            await run_in_tenant(tenant(), showing.sentence, scene, part)
            yield part


async def _think(scene: Scene, clock: Clock) -> Thought:
    if scene.held_by and (words := await standing_in.answer(scene, seconds=clock.left)):
        return words
    vector = await mind.embed(scene.said.text, seconds=patience(clock))
    brief = await run_in_tenant(tenant(), reading.brief, scene, vector)
    return replace(await mind.answer(brief, seconds=clock.left), vector=vector)


async def _spoken(
    scene: Scene, thought: Thought | None, clock: Clock
) -> AsyncIterator[str | Thought]:
    if scene.held_by:
        thought = await standing_in.answer(scene, seconds=clock.left)
    if thought is not None:
        for sentence in split(thought.text):
            yield sentence
        yield thought
        return
    vector = await mind.embed(scene.said.text, seconds=patience(clock))
    brief = await run_in_tenant(tenant(), reading.brief, scene, vector)
    async for part in mind.sentences(brief, seconds=clock.left):
        yield replace(part, vector=vector) if isinstance(part, Thought) else part


def patience(clock: Clock) -> float:
    """Words alone find most of it: the encoder gets at most half of what is left."""
    return max(min(float(settings.INFERENCE_TIMEOUT), clock.left / 2), 0.0)


def _open(said: Said) -> Reply | tuple[Scene, Thought | None]:
    switches.check()
    scene = reading.scene(said)
    if isinstance(scene, Reply):
        return scene
    if turned_away := deflection(scene):
        return scene, turned_away
    return scene, None if scene.held_by else replies.get(scene)


def _at_once(said: Said, clock: Clock) -> Reply | Scene:
    """The whole answer in one unit, if there is nothing to think about."""
    known = _open(said)
    if isinstance(known, Reply):
        return known
    scene, thought = known
    return scene if thought is None else _close(scene, thought, clock.ms)


def _close(scene: Scene, thought: Thought, latency_ms: int) -> Reply:
    reply = recording.record(scene, thought, latency_ms=latency_ms)
    if thought.source != "cache" and not thought.unheard:
        replies.put(scene, thought)
    return reply
