"""How much harder or easier work should be than its level says, so that 60 to 80 of 100 quests are
completed on this server: by what became of those that were accepted of late."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from quests.models import DynamicQuest

AIM = 0.7
LATELY = timedelta(days=14)
TIME = timedelta(hours=24)
"""That a quest has had before it counts; most are done within a few hours, and what is still open
then counts as not completed."""
LOOKED_AT, PRIOR = 200, 20
"""Quests, the latest; and what is believed before there are any, in quests completed as aimed."""
STEP = 0.05
"""Share too many or too few that asks for a whole difficulty more or less. A difficulty moves the
share by about 0.15; a third of that, as not every kind of work can be made harder."""
MOST = 3.0


def harder(now: datetime) -> float:
    """Of the present server, in difficulties, -MOST..MOST. A step for what was too much, as bosses
    are held at even fights (Dixon and Mood 1948)."""
    taken = DynamicQuest.objects.filter(accepted_at__range=(now - LATELY, now - TIME))
    # Bosses and treasures are paid as quests; nobody could have failed at one.
    taken = taken.exclude(Q(request_id__startswith="award:"))
    latest = list(taken.order_by("-pk").values_list("status", flat=True)[:LOOKED_AT])
    return step(sum(status == DynamicQuest.Status.COMPLETED for status in latest), len(latest))


def step(completed: int, of: int) -> float:
    """Pure."""
    share = (completed + PRIOR * AIM) / (of + PRIOR)
    return min(max((share - AIM) / STEP, -MOST), MOST)
