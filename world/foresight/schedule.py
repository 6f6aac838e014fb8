"""What is done each night, handed over as rows of the outbox."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from inference.learned.lessons import LESSONS
from tenants import outbox
from world.models import PlayerProfile

FORESEE, LEARN = "world.tasks.foresee", "world.tasks.learn"
LATELY = timedelta(days=14)
EVERY = 7
"""Days from one lesson in a subject to the next: each night a few of them."""


def played_lately() -> bool:
    """On the present server."""
    since = timezone.now() - LATELY
    return PlayerProfile.objects.filter(last_seen_at__gte=since).exists()


def hand_over() -> int:
    """Tasks that were handed over; none where nobody played lately."""
    if not played_lately():
        return 0
    today = timezone.now().date().toordinal()
    tonight = [lesson.key for at, lesson in enumerate(LESSONS) if (today + at) % EVERY == 0]
    with transaction.atomic():
        outbox.add(FORESEE, "tonight")
        for key in tonight:
            outbox.add(LEARN, key)
    return 1 + len(tonight)
