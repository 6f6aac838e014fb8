"""A problem begins as a world event and ends by what was reported, or by time."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from aiworld.changes import Changes
from world.happenings import planning
from world.happenings.planning import Happening
from world.happenings.tales import Problem
from world.happenings.tally import tally
from world.models import WorldEvent
from world.models.events import hold
from world.problems import telling
from world.problems.figures import HOURS, Trouble

MOST = 50


def begin(trouble: Trouble, *, title: str, text: str, changes: Changes) -> WorldEvent:
    """What would end it is told with it. Raises Invalid, OverQuota, Conflict."""
    ends = telling.end(trouble.cause, goal=trouble.wanted.goal, hours=HOURS)
    told = happening(trouble, title=title, text=f"{text} {ends}")
    return planning.plan(told, made_by="world", changes=changes)[0]


def happening(trouble: Trouble, *, title: str, text: str) -> Happening:
    return Happening(
        kind="problem",
        title=title,
        description=text,
        map_name=trouble.map_name,
        severity=trouble.severity,
        data={
            "cause": trouble.cause,
            "wanted": trouble.wanted.model_dump(),
            "lately": float(trouble.lately),
            "usual": float(trouble.usual),
        },
        ends_at=timezone.now() + timedelta(hours=HOURS),
    )


def settle() -> int:
    """Problems whose goal is reached, or whose time is over; returns how many were decided."""
    open_ones = WorldEvent.objects.filter(kind="problem", retracted=False, data__solved=None)
    decided = 0
    for pk in open_ones.order_by("pk").values_list("pk", flat=True)[:MOST]:
        with transaction.atomic():
            hold()
            row = WorldEvent.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
            decided += bool(row and _settle(row, timezone.now()))
    return decided


def _settle(row: WorldEvent, now: datetime) -> bool:
    problem = Problem.model_validate(row.data)
    until = row.ends_at or now
    count = tally(problem.wanted, map_name=row.map_name, since=row.starts_at, until=min(now, until))
    solved = count >= problem.wanted.goal
    if not solved and now < until:
        return False
    row.data = problem.model_copy(update={"solved": solved, "count": count}).model_dump()
    row.description = f"{row.description} {telling.outcome(solved)}"
    row.save(update_fields=["data", "description"])
    planning.end(row, at=min(now, until))
    return True
