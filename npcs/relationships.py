"""How trust moves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from npcs.models import NpcRelationship
from npcs.models.relationship import FIRST_TRUST

DAILY_BOUND = 1.0
"""Trust (0-10) moves by at most this much a day, up and down alike."""


@dataclass(frozen=True)
class Moved:
    trust: float
    change: float


def moved(*, trust: float, moved_today: float, wish: float) -> Moved:
    """Trust after a change of `wish`, within the day's bound and the scale."""
    change = min(max(wish, -DAILY_BOUND - moved_today), DAILY_BOUND - moved_today)
    after = min(max(trust + change, 0.0), 10.0)
    return Moved(round(after, 4), round(after - trust, 4))


def _today(row: NpcRelationship, day: date) -> float:
    return row.trust_moved if row.trust_day == day else 0.0


def meet(
    npc_id: int, char_id: int, player_name: str, *, wish: float, reason: str, now: datetime
) -> Moved:
    """Note one more turn of this character with this NPC. Call it in the turn's transaction."""
    rows = NpcRelationship.objects.filter(npc_id=npc_id, char_id=char_id)
    row = rows.select_for_update().first()
    if row is None:
        NpcRelationship.objects.bulk_create(
            [NpcRelationship(npc_id=npc_id, char_id=char_id, trust=FIRST_TRUST)],
            ignore_conflicts=True,
        )
        row = rows.select_for_update().get()
    today = now.date()
    step = moved(trust=row.trust, moved_today=_today(row, today), wish=wish)
    rows.update(
        trust=step.trust,
        trust_moved=_today(row, today) + step.change,
        trust_day=today,
        talks=row.talks + 1,
        player_name=player_name,
        last_met_at=now,
        last_reason=reason if step.change else row.last_reason,
    )
    return step
