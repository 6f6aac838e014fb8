"""Write: one turn with everything that follows from it, in one short transaction."""

from __future__ import annotations

from dataclasses import asdict

from django.db import IntegrityError, transaction
from django.db.models import F

from inference.ledger.models import LLMRequestCache
from npcs import reading, relationships
from npcs.appraisal import memorable, trust_effect
from npcs.intents import Intent
from npcs.models import Conversation, ConversationTurn, NpcMemory
from npcs.scales import Speaker
from npcs.turns import Reply, Scene, Thought
from tenants import live, outbox

WORTH_KEEPING = 2.0
"""Importance (0-10) from which the player's words become a memory."""
FOLLOW_UP = "npcs.tasks.follow_up"


def record(scene: Scene, thought: Thought, *, latency_ms: int) -> Reply:
    """Store the turn and answer with what was stored. If another call with the same request id
    was faster, its reply is the answer and this one leaves no trace."""
    try:
        with transaction.atomic():
            return _record(scene, thought, latency_ms)
    except IntegrityError as error:
        if "request_id" not in str(error):
            raise
    return reading.answered(scene.said)


def _record(scene: Scene, thought: Thought, latency_ms: int) -> Reply:
    said = scene.said
    effect = trust_effect(Intent(thought.intent), said.text, scene.language)
    step = relationships.meet(
        scene.npc_id, said.char_id, said.player_name,
        wish=effect.change, reason=effect.reason, now=scene.now,
    )  # fmt: skip
    conversation_id = scene.conversation_id or _begin(scene)
    turn = ConversationTurn.objects.create(
        conversation_id=conversation_id,
        request_id=said.request_id,
        player_text=said.text,
        npc_text=thought.text,
        intent=thought.intent,
        emotion=thought.emotion,
        trust=step.trust,
        trust_change=step.change,
        trust_reason=effect.reason if step.change else "",
        source=thought.source,
        model=thought.model,
        prompt_version=thought.prompt_version,
        tokens=sum(call.prompt_tokens + call.completion_tokens for call in thought.calls),
        facts_used=list(thought.facts),
        memories_used=[memory.id for memory in thought.memories],
        latency_ms=latency_ms,
        created_at=scene.now,
    )
    Conversation.objects.filter(pk=conversation_id).update(
        last_turn_at=scene.now, language=scene.language, turn_count=F("turn_count") + 1
    )
    _remember(scene, thought, turn)
    if thought.calls:
        _pay(thought)
    _tell_watchers(scene, turn)
    return _reply(scene, thought, turn)


def _begin(scene: Scene) -> int:
    said = scene.said
    row = Conversation.objects.create(
        npc_id=scene.npc_id,
        char_id=said.char_id,
        player_name=said.player_name,
        map_name=said.map_name or scene.persona.map_name,
        language=scene.language,
        started_at=scene.now,
        last_turn_at=scene.now,
    )
    return row.pk


def _remember(scene: Scene, thought: Thought, turn: ConversationTurn) -> None:
    """The player's own words become a memory, and a task looks for facts in them. Never the
    NPC's words: they repeat what was recalled, and memories would breed memories."""
    importance = memorable(scene.said.text, scene.language)
    if importance < WORTH_KEEPING:
        return
    NpcMemory.objects.create(
        npc_id=scene.npc_id,
        char_id=scene.said.char_id,
        player_name=scene.said.player_name,
        kind=NpcMemory.Kind.UTTERANCE,
        speaker=Speaker.PLAYER,
        text=scene.said.text,
        importance=importance,
        place=scene.said.map_name or scene.persona.map_name,
        happened_at=scene.now,
        embedding=None if thought.vector is None else list(thought.vector),
        turn=turn,
    )
    outbox.add(FOLLOW_UP, turn.conversation_id)


def _tell_watchers(scene: Scene, turn: ConversationTurn) -> None:
    said, who = scene.said, scene.persona
    live.publish(
        "turn",
        {
            "conversation_id": turn.conversation_id,
            "turn_id": turn.pk,
            "npc_key": who.key,
            "npc_name": who.name,
            "map": said.map_name or who.map_name,
            "char_id": said.char_id,
            "player_name": said.player_name,
            "player_text": turn.player_text,
            "npc_text": turn.npc_text,
            "emotion": turn.emotion,
            "trust": turn.trust,
            "trust_change": turn.trust_change,
            "source": turn.source,
            "language": scene.language,
            "latency_ms": turn.latency_ms,
            "at": turn.created_at.isoformat(),
        },
    )


def _reply(scene: Scene, thought: Thought, turn: ConversationTurn) -> Reply:
    return Reply(
        text=turn.npc_text,
        emotion=turn.emotion,
        intent=turn.intent,
        source=turn.source,
        trust=turn.trust,
        trust_change=turn.trust_change,
        language=scene.language,
        conversation_id=turn.conversation_id,
        turn_id=turn.pk,
        latency_ms=turn.latency_ms,
        recalled=thought.memories,
    )


def _pay(thought: Thought) -> None:
    """The ledger of what LLMs were asked and what it cost."""
    LLMRequestCache.objects.bulk_create(
        LLMRequestCache(task="dialogue", prompt_version=thought.prompt_version, **asdict(call))
        for call in thought.calls
    )
