"""A find becomes a world event: players hear of it, and the lore of the map grows by it. Who found
it is paid by the reward ledger, a few times a day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from aiworld.changes import Changes
from tenants import outbox
from world.digs.strata import ERAS, Found
from world.happenings import planning
from world.happenings.planning import Happening
from world.models import TreasureFind, WorldEvent

AWARD = "quests.tasks.award"
SEVERITY = 1.0
MOST = 8
PAID_A_DAY = 3
"""Finds within 24 hours that one character is paid for; what is dug up after them is a tale."""


def earlier(map_name: str) -> list[dict[str, Any]]:
    """What was found there within 30 days, the latest first: JSON only."""
    rows = WorldEvent.objects.filter(kind="find", map_name=map_name, retracted=False)
    return [
        {"title": row.title, "era": row.data.get("era"), "earliest": row.data.get("earliest", 0)}
        for row in rows.order_by("-pk")[:MOST]
    ]


def record(
    found: Found, *, map_name: str, x: int, y: int, title: str, text: str, changes: Changes,
    char_id: int = 0,
) -> WorldEvent:  # fmt: skip
    """`char_id`: who dug, 0 if nobody said. Raises OverQuota."""
    told = Happening(
        kind="find",
        title=title,
        description=text,
        map_name=map_name,
        severity=SEVERITY,
        data={
            "layer": found.layer.number, "depth_cm": found.depth_cm, "object": found.kind.key,
            "era": found.era.key, "earliest": found.earliest, "latest": found.latest,
            "x": x, "y": y,
        },
    )  # fmt: skip
    row = planning.plan(told, made_by="world", changes=changes)[0]
    if char_id:
        _keep(row, char_id)
    return row


def _keep(row: WorldEvent, char_id: int) -> None:
    """Not noted among the changes: it counts for nothing once the event is taken back."""
    now = timezone.now()
    mine = TreasureFind.objects.filter(char_id=char_id, event__kind="find")
    if mine.filter(found_at__gt=now - timedelta(days=1)).count() < PAID_A_DAY:
        TreasureFind.objects.create(event=row, char_id=char_id, step=1, moved_at=now, found_at=now)
        outbox.add(AWARD, row.pk)


def worth(era: str) -> int:
    """Difficulty that a find is paid as, 1-3: the older the harder to come by; no opinion of
    anybody is in it."""
    return 1 + next(at for at, one in enumerate(ERAS) if one.key == era) // 2
