"""The steps of an answer, cheapest first; whichever answers is its `source`.

    cache            the same words, in the same situation                     no vector, Redis
    template         a courtesy                                                no vector
    semantic cache   the same question in other words                          one statement
    template         name, way, or what one of the NPC's facts answers
    llm              within the budget                                         npcs.mind
    composer         always there                                              npcs.mind
    stock line       if even that fails                                        npcs.mind

The steps above `llm` are two units of reading; none waits for a model but the encoder."""

from __future__ import annotations

from dataclasses import replace

from npcs import reading, replies, semantic_cache, templates
from npcs.brief import Brief
from npcs.candidates import Vector
from npcs.folding import plain
from npcs.scales import Source
from npcs.templates import TOUCHES
from npcs.turns import Scene, Thought

KEPT = (Source.LLM, Source.COMPOSER, Source.SEMANTIC_CACHE)


def at_once(scene: Scene, *, asks: bool) -> Thought | None:
    """What can be said without a vector. `asks`: whether there is a language model to spare."""
    if found := replies.get(scene):
        return _felt(scene, found)
    if not _spares(scene, asks) or not templates.courtesy(scene):
        return None
    return templates.answer(scene, reading.brief(scene, None))


def known(scene: Scene, vector: Vector | None, *, asks: bool) -> Thought | Brief:
    """What can be said without a language model, or what one is to be told."""
    if found := semantic_cache.find(scene, vector):
        return _felt(scene, found)
    brief = reading.brief(scene, vector)
    if _spares(scene, asks) and (found := templates.answer(scene, brief)):
        return found
    if not standalone(scene, brief):
        return brief
    return replace(brief, standalone=True, persona=replace(brief.persona, mood=scene.base_mood))


def standalone(scene: Scene, brief: Brief) -> bool:
    """Whether a model can answer without knowing who asks. Not if it was asked just now: then it
    has to see what it said."""
    if not replies.repeatable(scene) or any(m.score >= TOUCHES for m in brief.memories):
        return False
    asked = plain(scene.said.text)
    return all(turn.speaker != "player" or plain(turn.text) != asked for turn in scene.recent)


def keep(scene: Scene, thought: Thought) -> None:
    """For the next who asks; see `replies` and `semantic_cache` for what may be kept."""
    if thought.unheard or thought.source not in KEPT:
        return
    if thought.source == Source.COMPOSER and scene.persona.mood != scene.base_mood:
        return  # said in a mood that is between these two
    replies.put(scene, thought)
    semantic_cache.keep(scene, thought)


def _felt(scene: Scene, found: Thought) -> Thought:
    """Kept in the NPC's own mood, said in the one that this player's words have left."""
    own = found.emotion == scene.base_mood
    return replace(found, emotion=scene.persona.mood) if own else found


def _spares(scene: Scene, asks: bool) -> bool:
    return asks and scene.mode != "budget"
