"""Taking back what agents did: one run, or a day of one agent."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from agents import reasons
from agents.catalogue import spec_of
from agents.models import AgentRun
from aiworld.changes import Change, revert
from aiworld.errors import Conflict, NotFound, Unavailable
from quests import awards
from tenants import audit
from tenants.context import tenant


def undo(run_id: int, *, by: User | None = None) -> int:
    """All rows a run changed, or none; returns how many. Taken back once; again is no error and
    changes nothing. So are the runs that it called; those which have not begun never will.

    Raises NotFound, Conflict where somebody changed a row since, Unavailable where a run that it
    called is at work."""
    with transaction.atomic():
        run = AgentRun.objects.select_for_update().filter(pk=run_id).first()
        if run is None:
            raise NotFound("there is no such run")
        return _undo(run, by)


def undo_day(agent: str, day: date, *, by: User | None = None) -> int:
    """What an agent changed on a day (UTC), the latest run first; all of it, or nothing. Returns
    how many rows. Runs that cannot be taken back are left. Raises Conflict, Unavailable."""
    with transaction.atomic():
        runs = AgentRun.objects.select_for_update().filter(
            agent=agent, began_at__date=day, status=AgentRun.Status.DONE, undoable=True
        )
        return sum(_undo(run, by) for run in runs.order_by("-ended_at", "-pk"))


def events_of(run: AgentRun) -> list[int]:
    """World events that a run made."""
    made = run.changes.filter(label="world.WorldEvent", action="create")
    return [int(row) for row in made.order_by("position").values_list("row", flat=True)]


def still_paid(run_id: int) -> int:
    """Rewards for what a run made that players have all the same: staff reverse them in the
    ledger, if they want to."""
    run = AgentRun.objects.filter(pk=run_id).first()
    return _still_paid([run]) if run else 0


def still_paid_on(agent: str, day: date) -> int:
    """`still_paid` of all runs of that day that were taken back."""
    runs = AgentRun.objects.filter(
        agent=agent, began_at__date=day, status=AgentRun.Status.UNDONE
    )  # fmt: skip
    return _still_paid(runs)


def _still_paid(runs: Iterable[AgentRun]) -> int:
    """With what they called and was taken back with them."""
    found = []
    for run in runs:
        called = [one for _, _, one in runs_called_by(run) if one]
        undone = [one for one in called if one.status == AgentRun.Status.UNDONE]
        found += [event for one in (run, *undone) for event in events_of(one)]
    return len(awards.handed_over(found))


def called_by(run: AgentRun) -> list[tuple[str, str, str]]:
    """Agent, subject and window of each run that this one ordered."""
    window, called = run.result.get("window"), run.result.get("called")
    return [(one["agent"], one["map"], window) for one in called or []] if window else []


def runs_called_by(run: AgentRun) -> list[tuple[str, str, AgentRun | None]]:
    """Agent and subject of each run that this one ordered, and the run, None where it waits."""
    return [
        (agent, subject, AgentRun.objects.filter(
            agent=agent, subject=subject, window=window).first())
        for agent, subject, window in called_by(run)
    ]  # fmt: skip


def left_standing(run_id: int) -> int:
    """Runs that a run called and that stayed when it was taken back: they cannot be."""
    run = AgentRun.objects.filter(pk=run_id).first()
    found = runs_called_by(run) if run else []
    return sum(one.status == AgentRun.Status.DONE for _, _, one in found if one)


def _stop(agent: str, subject: str, window: str, by: User | None) -> int:
    """A run that was ordered: taken back if it is done and can be; if it has not begun, its place
    is taken, so that it never will. Raises Unavailable while somebody is at it."""
    now = timezone.now()
    never = {
        "cause": AgentRun.Cause.EVENT, "status": AgentRun.Status.UNDONE, "began_at": now,
        "ended_at": now, "lease_until": now, "idle": reasons.NEVER_BEGAN,
    }  # fmt: skip
    of = {"agent": agent, "subject": subject, "window": window}
    row, made = AgentRun.objects.get_or_create(**of, defaults=never)
    if made:
        return 0
    row = AgentRun.objects.select_for_update().get(pk=row.pk)
    if row.status == AgentRun.Status.DONE:
        return _undo(row, by) if row.undoable else 0
    if row.status == AgentRun.Status.RUNNING and row.lease_until > now:
        said = f"the agent {agent}, which it called, is at it just now; try again in a minute"
        raise Unavailable(said, retry_after=60)
    # Given up, or to be tried again: another token keeps a worker out that still holds it.
    row.status, row.token = AgentRun.Status.UNDONE, uuid.uuid4()
    row.save(update_fields=["status", "token"])
    return 0


def _undo(run: AgentRun, by: User | None) -> int:
    """What it called first: that was changed later."""
    if run.status == AgentRun.Status.UNDONE:
        return 0
    if run.status != AgentRun.Status.DONE:
        raise Conflict("a run that is not done cannot be taken back")
    if not run.undoable:
        raise Conflict(f"this run cannot be taken back. {run.final}".strip())
    number = sum(_stop(*called, by) for called in reversed(called_by(run)))
    number += revert(
        Change(label=row.label, pk=row.row, action=row.action, before=row.before, after=row.after)  # type: ignore[arg-type]
        for row in run.changes.order_by("position")
    )
    for event_id in events_of(run):
        awards.take_back(
            event_id, by=by.username if by else "", reason=f"run {run.pk} was taken back",
            now=timezone.now(),
        )  # fmt: skip
    if after := spec_of(run.agent).taken_back:
        after()
    run.status = AgentRun.Status.UNDONE
    run.save(update_fields=["status"])
    audit.note(tenant(), actor=by, action="agent.undone", target=run.pk,
               details={"agent": run.agent, "rows": number})  # fmt: skip
    return number
