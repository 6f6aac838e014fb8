"""Write: one turn with everything that follows from it, in one short transaction; of one statement
where nothing follows."""

from __future__ import annotations

from typing import NamedTuple

from django.db import IntegrityError, transaction

from aiworld import measures
from npcs import asking, flags, reading, relationships, showing, takeover, turn_store
from npcs.appraisal import memorable, trust_effect
from npcs.forgetting import echoes
from npcs.intents import Intent, untold
from npcs.memory import asked_before
from npcs.models import NpcMemory
from npcs.relationships import Raised
from npcs.scales import Speaker
from npcs.turn_store import Turn, Wish
from npcs.turns import Reply, Scene, Thought
from tenants import live, outbox

WORTH_KEEPING = 2.0
"""Importance (0-10) from which the player's words become a memory."""
FOLLOW_UP = "npcs.tasks.follow_up"


class Follows(NamedTuple):
    """What is written beside the turn."""

    memory: NpcMemory | None
    flags: list[str]


def record(scene: Scene, thought: Thought, *, latency_ms: int) -> Reply:
    """Store the turn and answer with what was stored. If another call with the same request id
    was faster, its reply is the answer and this one leaves no trace."""
    effect = trust_effect(Intent(thought.intent), scene.said.text, scene.language)
    wish = Wish(
        effect=effect,
        change=relationships.wished(effect.change, scene.trust_gain),
        raised=_raised(scene, thought, moves=bool(effect.change)),
    )
    follows = Follows(_memory(scene, thought), flags.noticed(scene, thought))
    try:
        if not (any(follows) or thought.lines or thought.paid):
            turn = turn_store.at_once(scene, thought, wish, latency_ms=latency_ms)
            if turn:
                return _answered(scene, thought, turn, follows, latency_ms)
        with transaction.atomic():
            return _record(scene, thought, wish, follows, latency_ms)
    except IntegrityError as error:
        if "request_id" not in str(error):
            raise
    if thought.paid:  # asked in vain, and charged for all the same
        pay(thought)
    return reading.answered(scene.said)


def _record(scene: Scene, thought: Thought, wish: Wish, follows: Follows, ms: int) -> Reply:
    turn = turn_store.at_once(scene, thought, wish, latency_ms=ms)
    turn = turn or turn_store.locked(scene, thought, wish, latency_ms=ms)
    if follows.memory:
        follows.memory.turn_id = turn.id
        follows.memory.save(force_insert=True)
        outbox.add(FOLLOW_UP, turn.conversation_id)
    flags.automatic(follows.flags, turn_id=turn.id, conversation_id=turn.conversation_id)
    if thought.lines:
        takeover.delivered(thought.lines, turn.id)
    if thought.paid:
        pay(thought)
    return _answered(scene, thought, turn, follows, ms)


def _answered(scene: Scene, thought: Thought, turn: Turn, follows: Follows, ms: int) -> Reply:
    measures.answers.labels(str(thought.source)).inc()
    live.publish("turn", lambda: _event(scene, thought, turn, follows, ms))
    return _reply(scene, thought, turn, ms)


def _raised(scene: Scene, thought: Thought, *, moves: bool) -> Raised | None:
    """A mood that was there before does not feed itself: only what was said does."""
    if thought.emotion == scene.persona.mood and not moves:
        return None
    return Raised(emotion=thought.emotion, neuroticism=scene.persona.neuroticism)


def _memory(scene: Scene, thought: Thought) -> NpcMemory | None:
    """The player's own words become a memory, and a task looks for facts in them. Never the
    NPC's words: they repeat what was recalled, and memories would breed memories."""
    if thought.unheard:
        return None
    text = untold(scene.said.text, scene.language)
    importance = memorable(text, scene.language)
    heard = [turn.text for turn in scene.recent if turn.speaker == "npc"]
    if importance < WORTH_KEEPING or echoes(text, heard):
        return None
    return NpcMemory(
        npc_id=scene.npc_id,
        char_id=scene.said.char_id,
        player_name=scene.said.player_name,
        kind=NpcMemory.Kind.UTTERANCE,
        speaker=Speaker.PLAYER,
        text=text,
        context=asked_before(scene.recent, scene.now),
        importance=importance,
        place=scene.said.map_name or scene.persona.map_name,
        happened_at=scene.now,
        embedding=None if thought.vector is None else list(thought.vector),
    )


def _event(scene: Scene, thought: Thought, turn: Turn, follows: Follows, ms: int) -> live.Event:
    return showing.spoken_to(scene) | {
        "conversation_id": turn.conversation_id,
        "turn_id": turn.id,
        "npc_text": thought.text,
        "emotion": thought.emotion,
        "trust": turn.step.trust,
        "trust_change": turn.step.change,
        "source": thought.source,
        "spoken_by": thought.spoken_by,
        "flags": follows.flags,
        "latency_ms": ms,
        "at": scene.now.isoformat(),
    }


def _reply(scene: Scene, thought: Thought, turn: Turn, latency_ms: int) -> Reply:
    return Reply(
        text=thought.text,
        emotion=thought.emotion,
        intent=thought.intent,
        source=thought.source,
        trust=turn.step.trust,
        trust_change=turn.step.change,
        language=scene.language,
        conversation_id=turn.conversation_id,
        turn_id=turn.id,
        latency_ms=latency_ms,
        notice=scene.notice,
        recalled=thought.memories,
    )


def pay(thought: Thought, *, task: str = "dialogue") -> None:
    """What the thought cost, into the ledger."""
    if thought.paid:
        asking.pay(thought.paid, task=task, prompt_version=thought.prompt_version)
