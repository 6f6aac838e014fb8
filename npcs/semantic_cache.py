"""Answers found again by meaning: the same question in other words costs no language model.

What may be kept is what `replies` keeps: answers that told nothing of any player, to questions that
have the same answer for everybody at the same trust while NPC and world are as they were. Two
questions are the same if they have the same gist (`npcs.gist`) and vectors this close."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import cast

from django.conf import settings
from django.db.models.functions import Now

from npcs import prompting, replies
from npcs.brief import Emotion
from npcs.candidates import Vector
from npcs.gist import digest, gist
from npcs.models import CachedAnswer
from npcs.scales import Source
from npcs.turns import Scene, Thought
from tenants.statements import rows

CLOSE = 0.55
"""Cosine of all-MiniLM-L6-v2 from which two questions of one gist are taken for the same; see
docs/reference/ladder.md for what was measured."""
FIND = """
SELECT text, emotion, intent, facts, model, prompt_version FROM cached_answers
WHERE npc_id = %(npc)s AND scope = %(scope)s AND meaning = %(meaning)s AND expires_at > %(now)s
  AND 1 - (embedding <=> %(vector)s::vector) >= %(close)s
ORDER BY embedding <=> %(vector)s::vector, id DESC LIMIT 1
"""


def scope(scene: Scene) -> str:
    """What has to be the same beside the question: all that the key of `replies` has, but for the
    words."""
    return hashlib.sha256(replies.situation(scene).encode()).hexdigest()


def find(scene: Scene, vector: Vector | None) -> Thought | None:
    """The kept answer to a question of this meaning, unless this player has just heard it."""
    meaning = _meaning(scene)
    if meaning is None or vector is None:
        return None
    found = rows(
        FIND,
        {
            "npc": scene.npc_id,
            "scope": scope(scene),
            "meaning": meaning,
            "now": scene.now,
            "vector": str(list(vector)),
            "close": CLOSE,
        },
    )
    if not found or any(turn.text == found[0][0] for turn in scene.recent):
        return None
    text, emotion, intent, facts, model, prompt_version = found[0]
    return Thought(
        text=text,
        emotion=cast(Emotion, emotion),
        intent=intent,
        source=Source.SEMANTIC_CACHE,
        facts=tuple(facts),
        personal=False,
        model=model,
        prompt_version=prompt_version,
        vector=tuple(vector),
    )


def keep(scene: Scene, thought: Thought) -> None:
    """Only what a language model wrote: the others are as quickly made anew."""
    meaning = _meaning(scene)
    told = thought.source == Source.LLM and not thought.personal
    if meaning is None or thought.vector is None or not told:
        return
    CachedAnswer.objects.filter(npc_id=scene.npc_id, expires_at__lte=scene.now).delete()
    CachedAnswer.objects.create(
        npc_id=scene.npc_id,
        scope=scope(scene),
        char_id=scene.said.char_id,
        meaning=meaning,
        embedding=list(thought.vector),
        text=thought.text,
        emotion=thought.emotion,
        intent=thought.intent,
        facts=list(thought.facts),
        model=thought.model,
        prompt_version=prompting.version(),
        expires_at=scene.now + timedelta(seconds=settings.CACHE_TTL_DIALOGUE),
    )


def forget_old() -> int:
    """Those that are not given any more; returns how many."""
    gone, _ = CachedAnswer.objects.filter(expires_at__lte=Now()).delete()
    return gone


def _meaning(scene: Scene) -> str | None:
    if not settings.ENABLE_SEMANTIC_DEDUP or not replies.repeatable(scene):
        return None
    found = gist(scene.said.text, scene.language)
    return digest(found) if found else None
