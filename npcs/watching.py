"""Turns as the live view shows them, from the database. `recording` publishes the same shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Max, Q, QuerySet

from aiworld.errors import NotFound
from npcs import takeover
from npcs.models import Conversation, ConversationTurn, NpcKnowledge, NpcMemory

PAGE = 50
CATCH_UP = 300
"""Turns a page gets at once; it shows no more."""
OVERLAP = 100
"""Turns commit out of the order of their ids. A watcher who saw turn 11 may not have seen turn 10
yet, so catching up starts this many ids earlier, and the page leaves out what it shows already."""
REACH = 20_000
"""How many ids back a filter looks, so that a rare one does not read a table of millions."""
PLOTTED = 500
MAX_ID = 2**63 - 1
Shown = dict[str, Any]


def latest(filters: Mapping[str, str] | None = None, *, number: int = PAGE) -> list[Shown]:
    """Oldest first."""
    rows = _rows(filters or {}).order_by("-id")
    return [as_event(turn) for turn in rows[:number]][::-1]


def since(turn_id: int, filters: Mapping[str, str] | None = None) -> Shown:
    """What a watcher who has everything up to `turn_id` may have missed, oldest first; `upto` is
    what they have then. Not `complete`: only the newest CATCH_UP, and there were more."""
    upto = newest()
    rows = _rows(filters or {}).filter(id__gt=turn_id - OVERLAP).order_by("-id")
    found = [as_event(turn) for turn in rows[: CATCH_UP + 1]]
    complete = len(found) <= CATCH_UP
    return {"turns": found[:CATCH_UP][::-1], "upto": max(upto, turn_id), "complete": complete}


def before(turn_id: int, conversation_id: int) -> Shown:
    """The page of a conversation that ends before a turn, oldest first."""
    rows = _rows({"conversation": str(conversation_id)}).filter(id__lt=turn_id).order_by("-id")
    found = [as_event(turn) for turn in rows[: PAGE + 1]]
    return {"turns": found[:PAGE][::-1], "more": len(found) > PAGE}


def newest() -> int:
    return ConversationTurn.objects.aggregate(newest=Max("pk"))["newest"] or 0


def conversation(conversation_id: int) -> Conversation:
    """Raises NotFound."""
    talk = Conversation.objects.filter(pk=conversation_id).select_related("npc").first()
    if talk is None:
        raise NotFound("There is no such conversation on this server.")
    return talk


def trust(conversation_id: int) -> list[tuple[int, float]]:
    """Turn and trust after it, oldest first: the newest PLOTTED."""
    rows = ConversationTurn.objects.filter(conversation_id=conversation_id).order_by("-id")
    return list(rows.values_list("pk", "trust")[:PLOTTED])[::-1]


def held(conversation_id: int) -> Shown:
    now = takeover.hold(conversation_id)
    return {
        "conversation_id": conversation_id,
        "holder": now.holder if now else "",
        "ends_at": now.ends_at.isoformat() if now else "",
        "lines": takeover.lines_waiting(conversation_id) if now else [],
    }


def basis(turn_id: int) -> Shown:
    """What an answer was made from. Raises NotFound."""
    turn = _turns().filter(pk=turn_id).first()
    if turn is None:
        raise NotFound("There is no such turn on this server.")
    talk = turn.conversation
    known = NpcKnowledge.objects.filter(Q(npc_id=talk.npc_id) | Q(npc=None))
    facts = known.in_bulk(turn.facts_used)
    told = NpcMemory.objects.filter(npc_id=talk.npc_id, char_id=talk.char_id)
    memories = told.in_bulk(turn.memories_used)
    return {
        "facts": [facts[pk].text for pk in turn.facts_used if pk in facts],
        "memories": [memories[pk].text for pk in turn.memories_used if pk in memories],
        "intent": turn.intent,
        "trust_reason": turn.trust_reason,
        "model": turn.model,
        "tokens": turn.tokens,
        "flags": [
            {"reason": flag.reason, "note": flag.note, "by": flag.flagged_by}
            for flag in turn.flags.order_by("pk")
        ],
    }


def _turns() -> QuerySet[ConversationTurn]:
    return ConversationTurn.objects.select_related("conversation__npc").prefetch_related("flags")


def _rows(filters: Mapping[str, str]) -> QuerySet[ConversationTurn]:
    rows = _turns()
    if number := filters.get("conversation"):
        return rows.filter(conversation_id=int(number) if _is_id(number) else 0)
    if not filters:
        return rows
    return rows.filter(*_conditions(filters), id__gt=newest() - REACH)


def _conditions(filters: Mapping[str, str]) -> list[Q]:
    talk = "conversation__"
    made = {
        "npc": lambda v: (
            Q(**{f"{talk}npc__name__icontains": v}) | Q(**{f"{talk}npc__key__icontains": v})
        ),
        "player": lambda v: (
            Q(**{f"{talk}player_name__icontains": v})
            | (Q(**{f"{talk}char_id": int(v)}) if _is_id(v) else Q())
        ),
        "map": lambda v: (
            Q(**{f"{talk}map_name__icontains": v})
            | Q(**{f"{talk}map_name": "", f"{talk}npc__map_name__icontains": v})
        ),
        "language": lambda v: Q(**{f"{talk}language": v}),
        "source": lambda v: Q(source=v),
    }
    return [made[name](value) for name, value in filters.items() if name in made]


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and int(text) <= MAX_ID


def as_event(turn: ConversationTurn) -> Shown:
    talk = turn.conversation
    return {
        "request_id": turn.request_id,
        "conversation_id": talk.pk,
        "turn_id": turn.pk,
        "npc_key": talk.npc.key,
        "npc_name": talk.npc.name,
        "map": talk.map_name or talk.npc.map_name,
        "char_id": talk.char_id,
        "player_name": talk.player_name,
        "player_text": turn.player_text,
        "npc_text": turn.npc_text,
        "emotion": turn.emotion,
        "trust": turn.trust,
        "trust_change": turn.trust_change,
        "source": turn.source,
        "spoken_by": turn.spoken_by,
        "flags": [flag.reason for flag in turn.flags.all()],
        "language": talk.language,
        "latency_ms": turn.latency_ms,
        "at": turn.created_at.isoformat(),
    }
