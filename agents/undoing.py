"""Taking back what agents did: one run, or a day of one agent."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from agents.catalogue import spec_of
from agents.models import AgentRun
from aiworld.changes import Change, revert
from aiworld.errors import Conflict, NotFound
from quests import awards
from tenants import audit
from tenants.context import tenant


def undo(run_id: int, *, by: User | None = None) -> int:
    """All rows a run changed, or none; returns how many. Taken back once; again is no error and
    changes nothing. Raises NotFound, Conflict where somebody changed a row since."""
    with transaction.atomic():
        run = AgentRun.objects.select_for_update().filter(pk=run_id).first()
        if run is None:
            raise NotFound("there is no such run")
        return _undo(run, by)


def undo_day(agent: str, day: date, *, by: User | None = None) -> int:
    """What an agent changed on a day (UTC), the latest run first; all of it, or nothing. Returns
    how many rows. Runs that cannot be taken back are left. Raises Conflict."""
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
    return len(awards.handed_over(events_of(run))) if run else 0


def still_paid_on(agent: str, day: date) -> int:
    """`still_paid` of all runs of that day that were taken back."""
    runs = AgentRun.objects.filter(
        agent=agent, began_at__date=day, status=AgentRun.Status.UNDONE
    )  # fmt: skip
    return len(awards.handed_over([one for run in runs for one in events_of(run)]))


def _undo(run: AgentRun, by: User | None) -> int:
    if run.status == AgentRun.Status.UNDONE:
        return 0
    if run.status != AgentRun.Status.DONE:
        raise Conflict("a run that is not done cannot be taken back")
    if not run.undoable:
        raise Conflict(f"this run cannot be taken back. {run.final}".strip())
    number = revert(
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
