"""What was expected of a quest, and whether it was so."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from inference.ledger.models import MLModelPrediction
from quests.models import DynamicQuest

MODEL = "quest_completion"


def note(quest: DynamicQuest, expected: dict[str, Any] | None) -> None:
    """What was expected of the quest, for the day it ends."""
    if expected is not None:
        told = {name: value for name, value in expected.items() if name != "version"}
        MLModelPrediction.objects.create(
            model=MODEL,
            version=expected["version"],
            subject=f"char:{quest.char_id}",
            prediction=told | {"quest": quest.pk, "difficulty": quest.difficulty},
            confidence=expected["value"],
        )


def score(now: datetime) -> int:
    """Expectations whose quest was accepted and is over get their truth; those of quests that were
    never accepted are deleted. Returns how many got one."""
    waiting = MLModelPrediction.objects.filter(
        model=MODEL, truth__isnull=True, prediction__has_key="quest"
    )
    quests = DynamicQuest.objects.in_bulk([row.prediction["quest"] for row in waiting])
    told, idle = [], []
    for row in waiting:
        quest = quests.get(row.prediction["quest"])
        if quest is None or (quest.ended_at and not quest.accepted_at):
            idle.append(row.pk)
        elif quest.ended_at:
            done = quest.status == DynamicQuest.Status.COMPLETED
            row.truth, row.scored_at = {"value": float(done)}, now
            told.append(row)
    MLModelPrediction.objects.filter(pk__in=idle).delete()
    MLModelPrediction.objects.bulk_update(told, ["truth", "scored_at"], batch_size=500)
    return len(told)
