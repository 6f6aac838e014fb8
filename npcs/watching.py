"""Turns as the live view shows them, from the database. `recording` publishes the same shape."""

from __future__ import annotations

from typing import Any

from npcs.models import ConversationTurn

PAGE = 50
CATCH_UP = 200
OVERLAP = 100
"""Turns commit out of the order of their ids. A watcher who saw turn 11 may not have seen turn 10
yet, so catching up starts this many ids earlier, and the page leaves out what it shows already."""


def latest(number: int = PAGE) -> list[dict[str, Any]]:
    """Oldest first."""
    return [as_event(turn) for turn in _rows().order_by("-id")[:number]][::-1]


def since(turn_id: int) -> list[dict[str, Any]]:
    """What a watcher whose newest turn is `turn_id` may have missed: the newest CATCH_UP, oldest
    first."""
    rows = _rows().filter(id__gt=turn_id - OVERLAP).order_by("-id")
    return [as_event(turn) for turn in rows[:CATCH_UP]][::-1]


def _rows() -> Any:
    return ConversationTurn.objects.select_related("conversation__npc")


def as_event(turn: ConversationTurn) -> dict[str, Any]:
    conversation = turn.conversation
    return {
        "conversation_id": conversation.pk,
        "turn_id": turn.pk,
        "npc_key": conversation.npc.key,
        "npc_name": conversation.npc.name,
        "map": conversation.map_name or conversation.npc.map_name,
        "char_id": conversation.char_id,
        "player_name": conversation.player_name,
        "player_text": turn.player_text,
        "npc_text": turn.npc_text,
        "emotion": turn.emotion,
        "trust": turn.trust,
        "trust_change": turn.trust_change,
        "source": turn.source,
        "language": conversation.language,
        "latency_ms": turn.latency_ms,
        "at": turn.created_at.isoformat(),
    }
