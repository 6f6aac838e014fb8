"""Players as the world knows them."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from npcs.models import Conversation
from world.models import PlayerProfile

WINDOW = timedelta(minutes=15)


def meet_talkers() -> int:
    """A profile for everyone who talked with an NPC lately; returns for how many. Doing it again
    changes nothing but the time they were last seen."""
    talks = (
        Conversation.objects.filter(last_turn_at__gte=timezone.now() - WINDOW)
        .order_by("char_id", "-last_turn_at")
        .distinct("char_id")
    )
    profiles = [
        PlayerProfile(
            char_id=talk.char_id,
            name=talk.player_name,
            language=talk.language,
            last_seen_at=talk.last_turn_at,
        )
        for talk in talks
    ]
    PlayerProfile.objects.bulk_create(
        profiles,
        update_conflicts=True,
        unique_fields=["char_id"],
        update_fields=["name", "language", "last_seen_at"],
    )
    return len(profiles)
