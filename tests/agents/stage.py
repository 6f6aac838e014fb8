"""What tests of agents need of a server: maps, what was reported, and a run."""

from __future__ import annotations

import uuid
import zlib
from datetime import timedelta

from django.utils import timezone

from agents import runner
from agents.runner import Order
from aiworld.loops import wait_for
from world.models import ActivityHour, GameEvent, GameImport, GameMap, WorldEvent

HOUR = timedelta(hours=1)


def ran(agent, subject="everybody", *, cause="call", char_id=None, **asked):
    order = Order(
        agent=agent, subject=subject, window=uuid.uuid4().hex, cause=cause, params=asked,
        char_id=char_id,
    )  # fmt: skip
    return wait_for(runner.run(order, seconds=60.0))


def event_of(done):
    return WorldEvent.objects.get(pk=done.result["event"])


def make_map(name, *, size=60, open_cells=True):
    """Imported data with a map all of which is open, or none."""
    if not GameImport.objects.exists():
        GameImport.objects.create(mode="re", seconds=0.1)
    bits = (b"\xff" if open_cells else b"\x00") * (size * size // 8 + 1)
    return GameMap.objects.create(
        name=name, width=size, height=size, cells=zlib.compress(bits),
        walkable=size * size if open_cells else 0,
    )  # fmt: skip


def busy(map_name, kind, number, *, hours=100, first=1):
    """So much in each of the last hours, but for those before `first`."""
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    ActivityHour.objects.bulk_create(
        ActivityHour(hour=now - ago * HOUR, kind=kind, map_name=map_name, number=number)
        for ago in range(first, first + hours)
    )


def reported(kind, number, map_name, *, target=0, char_id=1):
    """Just now, with the sum of the hour."""
    now = timezone.now()
    hour, _ = ActivityHour.objects.get_or_create(
        hour=now.replace(minute=0, second=0, microsecond=0), kind=kind, map_name=map_name,
        defaults={"number": 0},
    )  # fmt: skip
    hour.number += number
    hour.save(update_fields=["number"])
    return GameEvent.objects.create(
        kind=kind, happened_at=now, target_id=target, number=number, map_name=map_name,
        char_id=char_id,
    )  # fmt: skip


def earlier(by, **which):
    """As if these events had begun so much earlier."""
    for row in WorldEvent.objects.filter(**which):
        WorldEvent.objects.filter(pk=row.pk).update(
            starts_at=row.starts_at - by, ends_at=row.ends_at - by
        )
