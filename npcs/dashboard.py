"""First page of a server's admin."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from npcs.models import Conversation, ConversationTurn, NpcMemory, NpcPersonality

LATEST = 8


def server(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    npcs = NpcPersonality.objects
    talks = Conversation.objects.filter(last_turn_at__gte=today)
    return context | {
        "figures": [
            ("NPCs", npcs.count(), _list("npcpersonality")),
            ("answer by AI", npcs.filter(ai_enabled=True).count(), _list("npcpersonality", "on")),
            ("memories", NpcMemory.objects.count(), _list("npcmemory")),
            ("conversations today", talks.count(), _list("conversation")),
            ("turns today", _turns_since(today), _list("conversationturn")),
        ],
        "conversations": Conversation.objects.select_related("npc")[:LATEST],
    }


def _turns_since(moment: datetime) -> int:
    """By their ids, which grow with time: what is read is today's rows, not the table."""
    before = ConversationTurn.objects.filter(created_at__lt=moment).order_by("-id")
    last = before.values_list("pk", flat=True).first() or 0
    return ConversationTurn.objects.filter(pk__gt=last, created_at__gte=moment).count()


def _list(model: str, ai: str = "") -> str:
    return reverse(f"admin:npcs_{model}_changelist") + ("?ai_enabled__exact=1" if ai else "")
