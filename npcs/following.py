"""What is left to do after a talk, off the player's time: facts out of what the player said,
vectors for what has none."""

from __future__ import annotations

from typing import cast

from django.db import transaction

from inference import client
from npcs.brief import Language
from npcs.extraction import ExtractedFact, facts_about_player
from npcs.models import (
    Conversation,
    ConversationTurn,
    DialogueEmbedding,
    NpcKnowledge,
    NpcMemory,
)
from npcs.scales import Speaker

BATCH = 64


def extract(conversation_id: int) -> int:
    """Turn what the player said since the last time into facts about them; returns how many are
    new. Reads the player's own lines only. Doing it twice changes nothing."""
    talk = Conversation.objects.get(pk=conversation_id)
    turns = list(talk.turns.filter(pk__gt=talk.extracted_turn_id).order_by("pk"))
    if not turns:
        return 0
    facts = [
        _memory(talk, turn, fact)
        for turn in turns
        for fact in facts_about_player([turn.player_text], cast(Language, talk.language))
    ]
    vectors = client.embed_now([fact.text for fact in facts]) if facts else []
    for fact, vector in zip(facts, vectors, strict=True):
        fact.embedding = vector
    with transaction.atomic():
        NpcMemory.objects.bulk_create(facts, ignore_conflicts=True)
        Conversation.objects.filter(pk=conversation_id).update(extracted_turn_id=turns[-1].pk)
    index(talk.npc_id, turns)
    return len(facts)


def _memory(talk: Conversation, turn: ConversationTurn, fact: ExtractedFact) -> NpcMemory:
    return NpcMemory(
        npc_id=talk.npc_id,
        char_id=talk.char_id,
        player_name=talk.player_name,
        kind=NpcMemory.Kind.FACT,
        speaker=Speaker.PLAYER,
        subject=" ".join(fact.subjects)[:80],
        text=fact.of(talk.player_name),
        importance=fact.importance,
        place=talk.map_name,
        happened_at=turn.created_at,
        turn=turn,
    )


def index(npc_id: int, turns: list[ConversationTurn]) -> None:
    """Vectors of what players asked, for finding what was asked before."""
    vectors = client.embed_now([turn.player_text for turn in turns])
    DialogueEmbedding.objects.bulk_create(
        [
            DialogueEmbedding(turn=turn, npc_id=npc_id, embedding=vector)
            for turn, vector in zip(turns, vectors, strict=True)
        ],
        ignore_conflicts=True,
    )


def backfill() -> int:
    """Give vectors to memories and knowledge that were stored while the encoder was away, or by
    an import; returns how many."""
    return _backfill_memories() + _backfill_knowledge()


def _backfill_memories() -> int:
    rows = list(NpcMemory.objects.filter(embedding=None).order_by("pk")[:BATCH])
    for row, vector in zip(rows, client.embed_now([row.text for row in rows]), strict=True):
        NpcMemory.objects.filter(pk=row.pk, text=row.text).update(embedding=vector)
    return len(rows)


def _backfill_knowledge() -> int:
    rows = list(NpcKnowledge.objects.filter(embedding=None).order_by("pk")[:BATCH])
    texts = [f"{row.topic}: {row.text}" if row.topic else row.text for row in rows]
    for row, vector in zip(rows, client.embed_now(texts), strict=True):
        NpcKnowledge.objects.filter(pk=row.pk, text=row.text).update(embedding=vector)
    return len(rows)
