"""Quests as the columns that models learn from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import numpy as np
from django.db.models import Q

from inference.learned.history import (
    ABANDONED,
    COMPLETED,
    EXPIRED,
    FAILED,
    OPEN,
    QUEST,
    QUEST_KINDS,
    Rows,
)
from quests.models import DynamicQuest

STATES: Mapping[str, int] = {
    "active": OPEN, "completed": COMPLETED, "failed": FAILED, "abandoned": ABANDONED,
    "expired": EXPIRED,
}  # fmt: skip
COLUMNS = ("char_id", "accepted_at", "ended_at", "kind", "difficulty", "objectives", "level",
           "status")  # fmt: skip


def read(chars: list[int], first: datetime, last: datetime) -> Rows:
    """Quests these characters accepted from `first` on, before `last`."""
    return _read(Q(char_id__in=chars, accepted_at__gte=first, accepted_at__lt=last))


def of(char_id: int, first: datetime, before: datetime) -> Rows:
    """Those of one character that had ended by then."""
    return _read(Q(char_id=char_id, accepted_at__gte=first, ended_at__lt=before))


def _read(which: Q) -> Rows:
    rows = DynamicQuest.objects.filter(which, status__in=STATES).order_by("accepted_at")
    return np.array([_row(*row) for row in rows.values_list(*COLUMNS)], QUEST)


def _row(
    char_id: int, accepted_at: datetime, ended_at: datetime | None, kind: str, difficulty: int,
    objectives: list[dict[str, Any]], level: int, status: str,
) -> tuple[Any, ...]:  # fmt: skip
    over = ended_at is not None and status != "active"
    return (
        char_id, accepted_at.timestamp(), ended_at.timestamp() if ended_at and over else np.inf,
        QUEST_KINDS.index(kind), difficulty, amount(objectives), level,
        STATES[status] if over else OPEN,
    )  # fmt: skip


def amount(objectives: list[dict[str, Any]]) -> int:
    """Pieces of work, all objectives together."""
    return sum(int(one.get("amount", 1)) for one in objectives)
