"""Answers that may be given again: those that told nothing of any player. Kept in Redis.

If Redis is away the NPC thinks anew; a breaker keeps that from costing the timeout every time."""

from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings
from django.core.cache import caches

from aiworld.breaker import Breaker
from aiworld.cache import AWAY
from aiworld.errors import Unavailable
from npcs import prompting
from npcs.context import leaning
from npcs.folding import plain
from npcs.intents import Intent, classify
from npcs.turns import Scene, Thought

REPEATABLE = {
    Intent.name, Intent.directions, Intent.lore, Intent.trade, Intent.quest, Intent.question,
}  # fmt: skip
"""What one may ask that has the same answer for everybody at the same trust."""
_breaker = Breaker("the cache", failures=3, seconds=1.0)


def key(scene: Scene) -> str | None:
    """Same server (by the key function), NPC and version of it, trust tier, conditions of the world
    that are not met, language and words. What changes in the world and meets or unmeets none of
    them changes no answer. None if what was said is answered anew every time."""
    said = scene.said
    if classify(said.text, scene.language) not in REPEATABLE:
        return None
    if leaning(said.text, scene.language):  # 'tell me more' is another question every time
        return None
    world = hashlib.sha256(repr(scene.unmet).encode()).hexdigest()[:16] if scene.conditions else ""
    words = hashlib.sha256(plain(said.text).encode()).hexdigest()[:32]
    return (
        f"reply:{scene.npc_id}:{scene.npc_version}:{scene.opened:d}:{scene.language}:{world}"
        f":{prompting.version()}:{words}"
    )


def get(scene: Scene) -> Thought | None:
    """The kept answer, unless this player has just heard it."""
    name = key(scene)
    found = _try("get", name) if name else None
    try:
        thought = Thought(**found, source="cache", personal=False) if found else None
    except TypeError:  # not what `put` writes today
        return None
    if thought is None or any(turn.text == thought.text for turn in scene.recent):
        return None
    return thought


def put(scene: Scene, thought: Thought) -> None:
    name = key(scene)
    stale = thought.prompt_version not in ("", prompting.version())
    if name is None or thought.personal or stale:
        return
    kept = {
        "text": thought.text,
        "emotion": thought.emotion,
        "intent": thought.intent,
        "facts": list(thought.facts),
        "model": thought.model,
        "prompt_version": thought.prompt_version,
    }
    _try("set", name, kept, settings.CACHE_TTL_DIALOGUE)


def forget_all() -> bool:
    """Drop every kept answer of the present server; False if Redis is away."""
    return _try("delete_pattern", "reply:*") is not None


def _try(operation: str, *arguments: Any) -> Any:
    try:
        _breaker.check()
        result = getattr(caches["replies"], operation)(*arguments)
    except AWAY:
        _breaker.failed()
        return None
    except Unavailable:
        return None
    _breaker.succeeded()
    return result
