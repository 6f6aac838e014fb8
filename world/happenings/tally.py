"""How much of what a tale waits for has happened: counted from the map-server's reports."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, QuerySet, Sum

from world.happenings.tales import Wanted
from world.models import ActivityHour, GameEvent, StandingMove

HOUR = timedelta(hours=1)
KINDS: Mapping[str, tuple[str, ...]] = {
    "kill": ("kill",),
    "mvp_kill": ("mvp_kill",),
    "trade": ("trade", "vending_sale"),
    "item_pick": ("item_pick",),
    "map_change": ("map_change",),
}
PIECES = ("kill", "item_pick")
"""Kinds whose events are of several at once."""


def tally(wanted: Wanted, *, map_name: str, since: datetime, until: datetime) -> int:
    """On the map; without one, everywhere."""
    if wanted.measure == "deed":
        moves = StandingMove.objects.filter(faction__key=wanted.faction, points__gt=0, hops=0)
        return moves.filter(moved_at__gte=since, moved_at__lt=until).count()
    if wanted.target:
        return _events(wanted, map_name, since, until)
    whole = since.replace(minute=0, second=0, microsecond=0)
    whole += HOUR if whole < since else timedelta(0)
    hours = ActivityHour.objects.filter(hour__gte=whole, hour__lt=until)
    hours = hours.filter(kind__in=KINDS[wanted.measure])
    if map_name:
        hours = hours.filter(map_name=map_name)
    rest = int(hours.aggregate(number=Sum("number"))["number"] or 0)
    return _events(wanted, map_name, since, min(whole, until)) + rest


def _events(wanted: Wanted, map_name: str, since: datetime, until: datetime) -> int:
    events: QuerySet[GameEvent] = GameEvent.objects.filter(
        kind__in=KINDS[wanted.measure], happened_at__gte=since, happened_at__lt=until
    )
    if map_name:
        events = events.filter(map_name=map_name)
    if wanted.target:
        events = events.filter(target_id=wanted.target)
    counted: dict[str, Any] = events.aggregate(events=Count("pk"), pieces=Sum("number"))
    return int((counted["pieces"] if wanted.measure in PIECES else counted["events"]) or 0)
