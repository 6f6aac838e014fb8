"""A find becomes a world event: players hear of it, and the lore of the map grows by it."""

from __future__ import annotations

from typing import Any

from aiworld.changes import Changes
from world.digs.strata import Found
from world.happenings import planning
from world.happenings.planning import Happening
from world.models import WorldEvent

SEVERITY = 1.0
MOST = 8


def earlier(map_name: str) -> list[dict[str, Any]]:
    """What was found there within 30 days, the latest first: JSON only."""
    rows = WorldEvent.objects.filter(kind="find", map_name=map_name, retracted=False)
    return [
        {"title": row.title, "era": row.data.get("era"), "earliest": row.data.get("earliest", 0)}
        for row in rows.order_by("-pk")[:MOST]
    ]


def record(
    found: Found, *, map_name: str, x: int, y: int, title: str, text: str, changes: Changes
) -> WorldEvent:
    """Raises OverQuota."""
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
    return planning.plan(told, made_by="world", changes=changes)[0]
