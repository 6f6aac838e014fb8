"""Templates learned from what a model told: kept, switched off, with the offer, and switched on
when a player takes it. The next one who asks this NPC gets it without a model. Owners see them
beside their own, and switch them off for good."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db.models import F

from quests.models import DynamicQuest, QuestTemplate
from quests.planning import Asker, Plan

PREFIX = "learned-"
SPAN = 15
"""Levels around that of the first."""
MOST = 20
"""Of one NPC."""
UNTAKEN = timedelta(days=15)
KEPT = ("target", "amount", "name", "map", "x", "y", "radius", "answer")


def note(
    asker: Asker, plan: Plan, difficulty: int, words: tuple[str, str]
) -> QuestTemplate | None:  # fmt: skip
    """Call it when a model's offer is written. `words` are title and text, with {player} in the
    place of the player's name."""
    mine = QuestTemplate.objects.filter(npc_key=asker.npc.key, key__startswith=PREFIX)
    if mine.count() >= MOST:
        return None
    return QuestTemplate.objects.create(
        key=f"{PREFIX}{uuid.uuid4().hex[:16]}",
        kind=plan.kind,
        difficulty=difficulty,
        title=words[0],
        text=words[1],
        objectives=[
            {"kind": plan.kind} | {name: one[name] for name in KEPT if one.get(name)}
            for one in plan.objectives(difficulty)
        ],
        language=asker.language,
        npc_key=asker.npc.key,
        min_level=max(asker.level - SPAN, 1),
        max_level=asker.level + SPAN,
        is_active=False,
    )


def taken(quest: DynamicQuest) -> None:
    """Call it when the quest is accepted, in the same transaction."""
    if quest.template_id is None:
        return
    mine = QuestTemplate.objects.filter(pk=quest.template_id)
    # The owner may have switched off one that was used: that stays off.
    mine.filter(key__startswith=PREFIX, times_used=0).update(is_active=True)
    mine.update(times_used=F("times_used") + 1)


def forget_untaken(now: datetime) -> int:
    """Nobody wanted them."""
    late = QuestTemplate.objects.filter(key__startswith=PREFIX, is_active=False, times_used=0)
    open_ones = DynamicQuest.objects.filter(status__in=["proposed", "offered", "active"])
    recent = DynamicQuest.objects.filter(offered_at__gt=now - UNTAKEN)
    used = (open_ones | recent).filter(template__isnull=False).values("template_id")
    return late.exclude(pk__in=used).delete()[0]
