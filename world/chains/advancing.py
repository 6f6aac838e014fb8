"""Chains go on: a step begins as a world event, and what was reported, or time, decides it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from aiworld.changes import Changes
from aiworld.errors import OverQuota
from world.chains import graph, weaving
from world.happenings import planning
from world.happenings.planning import Happening
from world.happenings.tales import Chain, Passed, Step
from world.happenings.tally import tally
from world.models import WorldEvent
from world.models.events import hold

MOST = 100
"""Chains looked at at once."""


def begin(
    title: str, *, theme: str, steps: Sequence[Step], map_name: str, changes: Changes
) -> WorldEvent:
    """The chain and its first step. Raises OverQuota, Conflict."""
    now = timezone.now()
    chain = Chain(theme=theme, steps=list(steps))
    told = Happening(
        kind="chain",
        title=title,
        description=steps[0].text,
        map_name=map_name,
        severity=weaving.SEVERITY["rising"],
        data=chain.model_dump(),
        ends_at=now + timedelta(hours=graph.hours(steps) + 1),
    )
    row, _known = planning.plan(told, made_by="world", changes=changes)
    _begin_step(row, chain, steps[0], changes)
    return row


def _begin_step(row: WorldEvent, chain: Chain, step: Step, changes: Changes) -> None:
    told = Happening(
        kind="chain_step",
        title=step.title,
        description=step.text,
        map_name=row.map_name,
        severity=weaving.SEVERITY[step.part],
        data={
            "part_of": row.pk, "step": step.key, "part": step.part,
            "wanted": step.wanted.model_dump() if step.wanted else None,
        },
        ends_at=timezone.now() + timedelta(hours=step.hours),
    )  # fmt: skip
    planning.plan(told, made_by="world", changes=changes)


def advance() -> int:
    """Every chain by one step at most; returns how many went on. Doing it again changes nothing
    until something happens."""
    going_on = WorldEvent.objects.filter(kind="chain", retracted=False).exclude(status="ended")
    moved = 0
    for pk in going_on.order_by("pk").values_list("pk", flat=True)[:MOST]:
        with suppress(OverQuota), transaction.atomic():  # then it waits for room
            hold()
            row = WorldEvent.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
            moved += bool(row and _advance(row, timezone.now()))
    return moved


def _advance(row: WorldEvent, now: datetime) -> bool:
    chain = Chain.model_validate(row.data)
    event = _event(row, chain.at)
    if event is None:  # taken back by staff
        planning.end(row, at=now)
        return True
    step = next(one for one in chain.steps if one.key == chain.at)
    until = event.ends_at or now
    wanted = step.wanted
    count = (
        tally(wanted, map_name=row.map_name, since=event.starts_at, until=min(now, until))
        if wanted
        else 0
    )
    done = wanted is not None and count >= wanted.goal
    if not done and now < until:
        return False
    _decide(row, chain, step, event, done=done or wanted is None, count=count)
    return True


def _event(row: WorldEvent, step: str) -> WorldEvent | None:
    parts = WorldEvent.objects.filter(kind="chain_step", data__part_of=row.pk, data__step=step)
    return parts.filter(retracted=False).order_by("-pk").first()


def _decide(
    row: WorldEvent, chain: Chain, step: Step, event: WorldEvent, *, done: bool, count: int
) -> None:
    now = timezone.now()
    following = step.done if done else step.missed
    passed = Passed(step=step.key, outcome="done" if done else "missed", count=count)
    chain = chain.model_copy(update={"at": following, "path": [*chain.path, passed]})
    row.data = chain.model_dump()
    row.save(update_fields=["data"])
    if event.status != WorldEvent.Status.ENDED:
        planning.end(event, at=now)
    if not following:
        planning.end(row, at=now)
        return
    _begin_step(row, chain, next(one for one in chain.steps if one.key == following), Changes())
