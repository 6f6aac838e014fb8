"""Taking back what agents did: one run, or a day of one agent."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import User
from django.db import transaction

from agents.models import AgentRun
from aiworld.changes import Change, revert
from aiworld.errors import Conflict, NotFound
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


def _undo(run: AgentRun, by: User | None) -> int:
    if run.status == AgentRun.Status.UNDONE:
        return 0
    if run.status != AgentRun.Status.DONE:
        raise Conflict("a run that is not done cannot be taken back")
    if not run.undoable:
        raise Conflict("this run cannot be taken back")
    number = revert(
        Change(label=row.label, pk=row.row, action=row.action, before=row.before, after=row.after)  # type: ignore[arg-type]
        for row in run.changes.order_by("position")
    )
    run.status = AgentRun.Status.UNDONE
    run.save(update_fields=["status"])
    audit.note(tenant(), actor=by, action="agent.undone", target=run.pk,
               details={"agent": run.agent, "rows": number})  # fmt: skip
    return number
