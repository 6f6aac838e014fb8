"""Events begin, end and are taken back; the map-server and the NPCs hear of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from aiworld.changes import Changes
from aiworld.errors import Invalid, NotFound
from npcs.safety import visible
from tenants.context import tenant
from world import news
from world.happenings import conflicts, kinds, limits
from world.models import WorldEvent
from world.models.events import hold, next_position

STAFF = "staff"
LONGEST = timedelta(days=30)
KEPT = timedelta(days=30)
"""After its end, so that a stream that was away for long hears of it."""
LASTS = {
    "announcement": timedelta(hours=1),
    "weather": timedelta(hours=3),
    "spawn": timedelta(hours=2),
}
OTHERS_LAST = timedelta(hours=6)
MOST = 200
"""Events that begin or end at one look."""


@dataclass(frozen=True, kw_only=True)
class Happening:
    kind: str
    title: str
    description: str = ""
    map_name: str = ""
    severity: float = 1.0
    data: dict[str, Any] = field(default_factory=dict)
    starts_at: datetime | None = None
    """None: now."""
    ends_at: datetime | None = None
    """None: as long as its kind lasts."""
    request_id: str = ""
    """A repeat gets the event of the first."""


def plan(
    happening: Happening, *, made_by: str, changes: Changes | None = None
) -> tuple[WorldEvent, bool]:
    """The event, and whether it was there already. What staff plans is bound by the limit of its
    kind alone; others' also by the day's budget, and by what goes on where it would be.

    Raises Invalid, OverQuota, Conflict."""
    row = checked(happening, made_by=made_by)
    with transaction.atomic():
        next_position()  # holds the lock, so that a repeat finds the first
        if row.request_id:
            known = WorldEvent.objects.filter(request_id=row.request_id).first()
            if known:
                return known, True
        admit(row, changes)
    return row, False


def checked(happening: Happening, *, made_by: str) -> WorldEvent:
    """The event as it would be stored. Raises Invalid."""
    now = timezone.now()
    starts_at = happening.starts_at or now
    ends_at = happening.ends_at or starts_at + LASTS.get(happening.kind, OTHERS_LAST)
    if ends_at <= max(starts_at, now) or ends_at > starts_at + LONGEST:
        raise Invalid("an event ends after it begins, within 30 days", field="ends_at")
    title, kind = visible(happening.title)[:120], visible(happening.kind)[:40]
    if not title or not kind:
        raise Invalid("an event has a kind and a title", field="title")
    return WorldEvent(
        kind=kind,
        title=title,
        description=visible(happening.description)[:2_000],
        map_name=visible(happening.map_name)[:24],
        severity=min(max(happening.severity, 0.0), 10.0),
        status=WorldEvent.Status.PLANNED if starts_at > now else WorldEvent.Status.ACTIVE,
        data=data_of(kind, happening.data),
        starts_at=starts_at,
        ends_at=ends_at,
        made_by=made_by,
        request_id=happening.request_id or None,
    )


def data_of(kind: str, data: dict[str, Any]) -> dict[str, Any]:
    """As it would be stored, every field of a typed kind said. Raises Invalid."""
    found = kinds.checked(kind, data, tenant().code_page)
    return data if found is None else found.model_dump()


def admit(row: WorldEvent, changes: Changes | None = None) -> None:
    """Stores an event of a kind that it had not before. Raises OverQuota, Conflict."""
    with transaction.atomic():
        next_position()  # holds the lock, so that the limit is exact
        limits.check(row.kind)
        if row.made_by != STAFF:
            limits.check_budget(row.kind)
            for other in conflicts.giving_way(row):
                end(other, at=max(row.starts_at, timezone.now()), changes=changes)
        if changes is None:
            row.save()
        else:
            changes.create(row)


def retract(event_id: int) -> WorldEvent:
    """It is over at once, the map-server undoes it, and NPCs know nothing of it any more. Doing it
    again changes nothing. Raises NotFound."""
    with transaction.atomic():
        hold()
        row = WorldEvent.objects.select_for_update().filter(pk=event_id).first()
        if row is None:
            raise NotFound(f"there is no event {event_id}")
        if not row.retracted:
            row.retracted = True
            row.save(update_fields=["retracted"])
            end(row, at=timezone.now())
            news.retract(row.pk)
            parts = WorldEvent.objects.filter(data__part_of=row.pk)
            for part in list(parts.values_list("pk", flat=True)):
                retract(part)
    return row


def end(row: WorldEvent, *, at: datetime, changes: Changes | None = None) -> None:
    """`at` now or earlier ends it at once; else it will."""
    values: dict[str, Any] = {"ends_at": max(at, row.starts_at)}
    if at <= timezone.now():
        values["status"] = WorldEvent.Status.ENDED
    (changes or Changes()).update(row, **values)


def keep_time() -> int:
    """Planned events begin, those that are over end, old ones go; returns how many changed."""
    now = timezone.now()
    with transaction.atomic():
        hold()
        due = WorldEvent.objects.select_for_update(skip_locked=True)
        begun = list(due.filter(status="planned", starts_at__lte=now).order_by("starts_at")[:MOST])
        for row in begun:
            row.status = WorldEvent.Status.ACTIVE
            row.save(update_fields=["status"])
        over = due.exclude(status="ended").filter(ends_at__lte=now)
        ended = list(over.order_by("ends_at")[:MOST])
        for row in ended:
            row.status = WorldEvent.Status.ENDED
            row.save(update_fields=["status"])
    WorldEvent.objects.filter(status="ended", ends_at__lt=now - KEPT).delete()
    return len(begun) + len(ended)
