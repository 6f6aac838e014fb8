"""What happened, as columns: what everything here is learned from and predicts from.

Times are Unix seconds (UTC). A character id of 0 is nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

KINDS = (
    "log_in", "log_out", "kill", "mvp_kill", "death", "base_level", "job_level", "map_change",
    "trade", "vending_sale", "item_pick", "item_drop", "zeny_change", "quest_step",
    "castle_owner", "party_join",
)  # fmt: skip
"""As `world.reports.events.Kind` names them; an event holds the index."""
CODES = {name: code for code, name in enumerate(KINDS)}
EVENT = np.dtype([
    ("at", "f8"), ("kind", "i1"), ("char", "i8"), ("other", "i8"), ("map", "i4"),
    ("target", "i8"), ("number", "i8"), ("zeny", "i8"),
])  # fmt: skip
"""`map`: any number that is the same for the same map. Of a trade, `target` and `number` are what
`char` gave first, `zeny` what it got."""
QUEST_KINDS = (
    "kill", "collect", "escort", "delivery", "exploration", "puzzle", "social", "boss",
)  # fmt: skip
OPEN, COMPLETED, FAILED, ABANDONED, EXPIRED = range(5)
QUEST = np.dtype([
    ("char", "i8"), ("accepted_at", "f8"), ("ended_at", "f8"), ("kind", "i1"),
    ("difficulty", "i1"), ("amount", "i4"), ("level", "i4"), ("status", "i1"),
])  # fmt: skip
"""Accepted ones. `ended_at` is infinite and `status` OPEN while one is not over."""
TURN = np.dtype([("at", "f8"), ("char", "i8")])
DAY = 86_400.0
Rows = NDArray[Any]


@dataclass(frozen=True)
class History:
    first_day: int
    """Days since 1970 of the first whole day."""
    days: int
    """Whole days; nothing at or after their end is in it."""
    events: Rows
    """EVENT, by time."""
    quests: Rows
    """QUEST, by the time of acceptance."""
    turns: Rows
    """TURN: what players said to NPCs."""

    @property
    def ends_at(self) -> float:
        return (self.first_day + self.days) * DAY

    def until(self, days: int) -> History:
        """What was known when the first `days` days were over."""
        end = (self.first_day + days) * DAY
        quests = self.quests[self.quests["accepted_at"] < end].copy()
        later = quests["ended_at"] >= end
        quests["status"][later], quests["ended_at"][later] = OPEN, np.inf
        return History(
            self.first_day, days, self.events[self.events["at"] < end], quests,
            self.turns[self.turns["at"] < end],
        )  # fmt: skip


def together(parts: Sequence[Rows], dtype: np.dtype[Any]) -> Rows:
    """One array, by time (the first field but for QUEST, which has `accepted_at`)."""
    found = np.concatenate([*parts, np.empty(0, dtype)]) if parts else np.empty(0, dtype)
    return found[np.argsort(found["accepted_at" if dtype == QUEST else "at"], kind="stable")]
