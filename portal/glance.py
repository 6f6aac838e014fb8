"""A server in a few figures."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from npcs.models import Conversation, NpcPersonality
from tenants.context import in_tenant
from tenants.models import Server


@dataclass(frozen=True)
class Glance:
    npcs: int
    answering: int
    """By AI."""
    talks_today: int


def glance(server: Server) -> Glance:
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    with in_tenant(server):
        npcs = NpcPersonality.objects
        talks = Conversation.objects.filter(last_turn_at__gte=today)
        return Glance(npcs.count(), npcs.filter(ai_enabled=True).count(), talks.count())
