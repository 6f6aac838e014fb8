"""Write: one turn with everything that follows from it, in one short transaction."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import IntegrityError, transaction

from npcs import asking, flags, prompting, reading, relationships, showing, standing, takeover
from npcs.appraisal import memorable, trust_effect
from npcs.forgetting import echoes
from npcs.intents import Intent, untold
from npcs.memory import asked_before
from npcs.models import NpcMemory
from npcs.relationships import Moved, Raised
from npcs.scales import Speaker
from npcs.turns import Reply, Scene, Thought
from tenants import live, outbox
from tenants.statements import rows

WORTH_KEEPING = 2.0
"""Importance (0-10) from which the player's words become a memory."""
FOLLOW_UP = "npcs.tasks.follow_up"
TURN = """
INSERT INTO conversation_turns (
    conversation_id, request_id, player_text, npc_text, intent, emotion, trust, trust_change,
    trust_reason, source, spoken_by, model, prompt_version, tokens, facts_used, memories_used,
    latency_ms, created_at
) SELECT
    id, %(request_id)s, %(player_text)s, %(npc_text)s, %(intent)s, %(emotion)s, %(trust)s,
    %(trust_change)s, %(trust_reason)s, %(source)s, %(spoken_by)s, %(model)s,
    %(prompt_version)s, %(tokens)s, %(facts_used)s::bigint[], %(memories_used)s::bigint[],
    %(latency_ms)s, %(now)s
FROM talk RETURNING conversation_id, id
"""
BEGIN = f"""
WITH talk AS (
    INSERT INTO conversations (
        npc_id, char_id, player_name, map_name, language, started_at, last_turn_at, turn_count,
        extracted_turn_id
    ) VALUES (
        %(npc_id)s, %(char_id)s, %(player_name)s, %(map_name)s, %(language)s, %(now)s, %(now)s, 1,
        0
    ) RETURNING id
) {TURN}
"""  # nosec B608: constants of this module
GO_ON = f"""
WITH talk AS (
    UPDATE conversations
    SET last_turn_at = %(now)s, language = %(language)s, turn_count = turn_count + 1
    WHERE id = %(conversation_id)s RETURNING id
) {TURN}
"""  # nosec B608: constants of this module


@dataclass(frozen=True)
class Turn:
    conversation_id: int
    id: int
    step: Moved


def record(scene: Scene, thought: Thought, *, latency_ms: int) -> Reply:
    """Store the turn and answer with what was stored. If another call with the same request id
    was faster, its reply is the answer and this one leaves no trace."""
    try:
        with transaction.atomic():
            return _record(scene, thought, latency_ms)
    except IntegrityError as error:
        if "request_id" not in str(error):
            raise
    if thought.paid:  # asked in vain, and charged for all the same
        pay(thought)
    return reading.answered(scene.said)


def _record(scene: Scene, thought: Thought, latency_ms: int) -> Reply:
    said = scene.said
    effect = trust_effect(Intent(thought.intent), said.text, scene.language)
    step = relationships.meet(
        scene.npc_id, said.char_id, said.player_name,
        wish=relationships.wished(effect.change, scene.trust_gain), reason=effect.reason,
        now=scene.now, raised=_raised(scene, thought, moves=bool(effect.change)),
    )  # fmt: skip
    turn = Turn(
        *_stored(scene, thought, latency_ms, step, effect.reason if step.change else ""), step
    )
    _remember(scene, thought, turn)
    flags.automatic(scene, thought, turn_id=turn.id, conversation_id=turn.conversation_id)
    standing.told(scene)
    if thought.lines:
        takeover.delivered(thought.lines, turn.id)
    _tell_watchers(scene, thought, turn, latency_ms)
    if thought.paid:
        pay(thought)
    return _reply(scene, thought, turn, latency_ms)


def _raised(scene: Scene, thought: Thought, *, moves: bool) -> Raised | None:
    """A mood that was there before does not feed itself: only what was said does."""
    if thought.emotion == scene.persona.mood and not moves:
        return None
    return Raised(emotion=thought.emotion, neuroticism=scene.persona.neuroticism)


def _stored(
    scene: Scene, thought: Thought, latency_ms: int, step: Moved, reason: str
) -> tuple[int, int]:
    """Ids of conversation and turn."""
    said = scene.said
    values = {
        "conversation_id": scene.conversation_id,
        "npc_id": scene.npc_id,
        "char_id": said.char_id,
        "player_name": said.player_name,
        "map_name": said.map_name or scene.persona.map_name,
        "language": scene.language,
        "now": scene.now,
        "request_id": said.request_id,
        "player_text": said.text,
        "npc_text": thought.text,
        "intent": thought.intent,
        "emotion": thought.emotion,
        "trust": step.trust,
        "trust_change": step.change,
        "trust_reason": reason,
        "source": thought.source,
        "spoken_by": thought.spoken_by,
        "model": thought.model,
        "prompt_version": thought.prompt_version or prompting.version(),
        "tokens": sum(call.prompt_tokens + call.completion_tokens for call in thought.calls),
        "facts_used": list(thought.facts),
        "memories_used": [memory.id for memory in thought.memories],
        "latency_ms": latency_ms,
    }
    # A conversation that was deleted meanwhile begins anew.
    found = rows(GO_ON, values) if scene.conversation_id else []
    [(conversation_id, turn_id)] = found or rows(BEGIN, values)
    return conversation_id, turn_id


def _remember(scene: Scene, thought: Thought, turn: Turn) -> None:
    """The player's own words become a memory, and a task looks for facts in them. Never the
    NPC's words: they repeat what was recalled, and memories would breed memories."""
    if thought.unheard:
        return
    text = untold(scene.said.text, scene.language)
    importance = memorable(text, scene.language)
    heard = [turn.text for turn in scene.recent if turn.speaker == "npc"]
    if importance < WORTH_KEEPING or echoes(text, heard):
        return
    NpcMemory.objects.create(
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
        turn_id=turn.id,
    )
    outbox.add(FOLLOW_UP, turn.conversation_id)


def _tell_watchers(scene: Scene, thought: Thought, turn: Turn, latency_ms: int) -> None:
    live.publish("turn", lambda: _event(scene, thought, turn, latency_ms))


def _event(scene: Scene, thought: Thought, turn: Turn, latency_ms: int) -> live.Event:
    return showing.spoken_to(scene) | {
        "conversation_id": turn.conversation_id,
        "turn_id": turn.id,
        "npc_text": thought.text,
        "emotion": thought.emotion,
        "trust": turn.step.trust,
        "trust_change": turn.step.change,
        "source": thought.source,
        "spoken_by": thought.spoken_by,
        "flags": flags.noticed(scene, thought),
        "latency_ms": latency_ms,
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
