"""What an NPC says while it thinks, so that the player's line is not met with silence."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from typing import Any

from npcs.composer.voice import voice_of
from npcs.lexicon import read_yaml
from npcs.turns import Scene

OTHERWISE = "en"


@dataclass(frozen=True)
class Filler:
    """No part of the answer: a client may show it until the first sentence is there."""

    text: str


async def unless(first: asyncio.Future[Any], scene: Scene, *, wait: float) -> Filler | None:
    """A filler if `first` is not done after so many seconds from now."""
    await asyncio.wait([first], timeout=max(wait, 0.0))
    return None if first.done() else choose(scene)


def choose(scene: Scene) -> Filler:
    """In the NPC's voice, another one at another time."""
    book = _book(scene.language)
    tags = [tag for tag in voice_of(scene).tags if tag in book]
    lines = [line for tag in (*tags[:1], "any") for line in book[tag]]
    seed = blake2b(scene.said.request_id.encode(), digest_size=4).digest()
    return Filler(lines[int.from_bytes(seed) % len(lines)])


@cache
def _book(language: str) -> dict[str, list[str]]:
    known: dict[str, dict[str, list[str]]] = read_yaml("npcs", "fillers.yaml")
    return known.get(language, known[OTHERWISE])
