"""Answers that may be given again: those that told nothing of any player. Kept in Redis.

If Redis is away the NPC thinks anew; a breaker keeps that from costing the timeout every time."""

from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings
from django.core.cache import caches

from aiworld import measures
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
_breaker = Breaker(
    "the cache",
    failures=3,
    seconds=1.0,
    refused=measures.turned_away.labels("replies").inc,
)


def repeatable(scene: Scene) -> bool:
    """Whether what was said has the same answer for everybody at the same trust."""
    said = scene.said
    if classify(said.text, scene.language) not in REPEATABLE:
        return False
    return not leaning(said.text, scene.language)  # 'tell me more' is another question every time


def situation(scene: Scene) -> str:
    """What an answer depends on beside the question: NPC and version of it, its own mood, length,
    trust tier, how it meets the player, language, conditions of the world that are not met, and the
    prompt's version. What changes in the world and meets or unmeets none of them changes no
    answer."""
    world = hashlib.sha256(repr(scene.unmet).encode()).hexdigest()[:16] if scene.conditions else ""
    return (
        f"{scene.npc_id}:{scene.npc_version}:{scene.base_mood}:{scene.mode}:{scene.opened:d}"
        f":{scene.persona.regard}"
        f":{scene.language}:{world}:{prompting.version()}"
    )


def key(scene: Scene) -> str | None:
    """Same server (by the key function), situation and words. None if what was said is answered
    anew every time."""
    if not repeatable(scene):
        return None
    words = hashlib.sha256(plain(scene.said.text).encode()).hexdigest()[:32]
    return f"reply:{situation(scene)}:{words}"


def get(scene: Scene) -> Thought | None:
    """The kept answer, unless this player has just heard it."""
    name = key(scene)
    found = attempt("get", name) if name else None
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
    attempt("set", name, kept, settings.CACHE_TTL_DIALOGUE)


def forget_all() -> bool:
    """Drop every kept answer of the present server; False if Redis is away."""
    return attempt("delete_pattern", "reply:*") is not None


def attempt(operation: str, *arguments: Any) -> Any:
    """`get` or `set` of the cache; None if it is away."""
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
