"""The stream's side: what changed since a position, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from aiworld.errors import Invalid
from tenants.statements import rows
from world.models import WorldEvent

PAGE = 100
"""Events read at once: what one stream holds in memory."""
MAX_CURSOR = 18
HIGHEST = """
SELECT COALESCE(pg_sequence_last_value(pg_get_serial_sequence('world_events', 'id')::regclass), 0)
"""


@dataclass(frozen=True)
class Page:
    events: Sequence[WorldEvent]
    position: int
    """Where the next page begins."""
    full: bool


def position_of(cursor: str) -> int:
    """Raises Invalid for what no stream ever gave."""
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= MAX_CURSOR):
        raise Invalid("the cursor is none of this server's", field="cursor")
    position = int(cursor)
    [(highest,)] = rows(HIGHEST, {})
    if position > highest:
        raise Invalid("the cursor is none of this server's", field="cursor")
    return position


def latest() -> int:
    """Of the events that are there; older ones may have had a higher one."""
    return WorldEvent.objects.aggregate(at=Max("position"))["at"] or 0


def begin(cursor: str, maps: Sequence[str]) -> Page:
    return after(position_of(cursor), maps) if cursor else going_on(maps)


def going_on(maps: Sequence[str]) -> Page:
    """What a stream without a cursor begins with: planned and active, in order of change. It goes
    on from the latest change of all, read before, so that nothing falls in between."""
    position = latest()
    now = timezone.now()
    alive = Q(ends_at__isnull=True) | Q(ends_at__gt=now)
    events = _of(maps).filter(alive).exclude(status=WorldEvent.Status.ENDED)
    found = list(events.filter(position__lte=position).order_by("-position")[:PAGE])
    return Page(found[::-1], position, full=False)


def after(position: int, maps: Sequence[str]) -> Page:
    events = list(_of(maps).filter(position__gt=position).order_by("position")[:PAGE])
    full = len(events) == PAGE
    return Page(events, events[-1].position if events else position, full)


def _of(maps: Sequence[str]) -> QuerySet[WorldEvent]:
    events = WorldEvent.objects.all()
    return events.filter(map_name__in=["", *maps]) if maps else events
