"""A server in a few figures."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from npcs.models import Conversation, NpcPersonality
from quests.ledger import taken_today
from quests.models import RewardAlert
from tenants.context import in_tenant
from tenants.models import Server


@dataclass(frozen=True)
class Glance:
    npcs: int
    answering: int
    """By AI."""
    talks_today: int
    reward_zeny_today: int
    """Granted to quests, of the server's cap."""
    reward_alerts: int
    """That nobody has looked at."""


def glance(server: Server) -> Glance:
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    with in_tenant(server):
        npcs = NpcPersonality.objects
        talks = Conversation.objects.filter(last_turn_at__gte=today)
        return Glance(
            npcs=npcs.count(),
            answering=npcs.filter(ai_enabled=True).count(),
            talks_today=talks.count(),
            reward_zeny_today=taken_today("server", "").zeny,
            reward_alerts=RewardAlert.objects.filter(seen_by="").count(),
        )
