"""What is left to do after a talk, off the player's time: facts out of what the player said,
vectors for what has none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from django.db import transaction

from inference import client
from npcs import listening
from npcs.brief import Language
from npcs.extraction import ExtractedFact, facts_about_player, facts_by_line
from npcs.folding import plain
from npcs.forgetting import echoes
from npcs.language import detect
from npcs.models import (
    Conversation,
    ConversationTurn,
    DialogueEmbedding,
    NpcKnowledge,
    NpcMemory,
)
from npcs.scales import Speaker

BATCH = 64
CONTEXT = 40
"""Turns read at once: the new ones, and those they lean on."""
OLDER = 200
"""Memories looked through for what a new fact replaces."""


def extract(conversation_id: int) -> int:
    """Turn what the player said since the last time into facts about them; returns how many are
    new. Reads the player's own lines only. Doing it twice changes nothing."""
    talk = Conversation.objects.filter(pk=conversation_id).first()
    if talk is None:  # erased in the meantime
        return 0
    told = list(talk.turns.order_by("-pk")[:CONTEXT])[::-1]
    turns = [turn for turn in told if turn.pk > talk.extracted_turn_id]
    if not turns:
        return 0
    default = cast(Language, talk.language)
    lines = [turn.player_text for turn in told]
    languages = [detect(line, default=default) for line in lines]
    found = facts_by_line(lines, languages)
    quiet = [at for at in range(len(told) - len(turns), len(told)) if not found[at]]
    heard = listening.facts_in([lines[at] for at in quiet], [languages[at] for at in quiet])
    for at, more in zip(quiet, heard, strict=True):
        found[at] = tuple(more)
    facts = [
        (_memory(talk, turn, fact), fact)
        for at, (turn, each) in enumerate(zip(told, found, strict=True))
        if turn.pk > talk.extracted_turn_id
        and not echoes(turn.player_text, [before.npc_text for before in told[:at]])
        for fact in each
    ]
    rows = [row for row, _ in facts]
    # All vectors first: if the encoder is away nothing is done yet, and all of it is done later.
    texts = [*(row.text for row in rows), *(turn.player_text for turn in turns)]
    vectors = client.embed_now(texts)
    for row, vector in zip(rows, vectors, strict=False):
        row.embedding = vector
    with transaction.atomic():
        if not _unchanged(talk):
            return 0
        for row, fact in facts:
            _keep(row, fact, default)
        index(talk.npc_id, turns, vectors[len(rows) :])
        Conversation.objects.filter(pk=conversation_id).update(extracted_turn_id=turns[-1].pk)
    return len(facts)


def _unchanged(talk: Conversation) -> bool:
    """Whether nobody else has searched these turns meanwhile; until the transaction ends nobody
    will."""
    same = Conversation.objects.filter(pk=talk.pk, extracted_turn_id=talk.extracted_turn_id)
    return same.select_for_update().first() is not None


def _memory(talk: Conversation, turn: ConversationTurn, fact: ExtractedFact) -> NpcMemory:
    return NpcMemory(
        npc_id=talk.npc_id,
        char_id=talk.char_id,
        player_name=talk.player_name,
        kind=NpcMemory.Kind.FACT,
        speaker=Speaker.PLAYER,
        subject=fact.label[:80],
        text=fact.told,
        importance=fact.importance,
        place=talk.map_name,
        happened_at=turn.created_at,
        turn=turn,
    )


def _keep(row: NpcMemory, fact: ExtractedFact, language: Language) -> None:
    """Store the fact, or file the memory of the very line it is under what it is about; what it
    replaces is marked, never overwritten."""
    known = NpcMemory.objects.filter(
        npc_id=row.npc_id, char_id=row.char_id, turn=row.turn, text__iexact=row.text
    ).first()
    if known is None:
        row.save()
    elif not known.subject:
        importance = max(known.importance, row.importance)
        NpcMemory.objects.filter(pk=known.pk).update(subject=row.subject, importance=importance)
    newer = known or row
    older = NpcMemory.objects.about(row.npc_id, row.char_id).filter(
        speaker=Speaker.PLAYER, happened_at__lt=row.happened_at
    )
    if fact.slots:
        for old in older.exclude(pk=newer.pk).order_by("-happened_at")[:OLDER]:
            if replaces(fact, facts_about_player([old.text], detect(old.text, default=language))):
                NpcMemory.objects.filter(pk=old.pk).update(superseded_by=newer)


def replaces(fact: ExtractedFact, old: Sequence[ExtractedFact]) -> bool:
    """Whether all that was told in the older line is told anew, and at least one thing otherwise.
    A line that tells something else as well stays: 'my sister Mira is ill' when she is called
    otherwise, for she is still ill."""
    new = dict(fact.slots)
    told = [slot for each in old for slot in each.slots]
    if len(old) != 1 or not told or any(slot not in new for slot, _ in told):
        return False
    return any(plain(new[slot]) != plain(value) for slot, value in told)


def index(npc_id: int, turns: list[ConversationTurn], vectors: list[list[float]]) -> None:
    """Keep the vectors of what players asked, for finding what was asked before."""
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
