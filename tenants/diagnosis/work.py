"""Does what is written down to be done later get done?"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from datetime import datetime

from django.db.models import Count, Min
from django.utils import timezone

from tenants import heartbeat, outbox
from tenants.context import in_schema
from tenants.diagnosis.finding import OK, Finding, failing, fine, warning
from tenants.models import Job, Outbox, Server

LATE = 60.0
"""Seconds after which work that waits says that nobody does it."""
DEAD = (
    "Read the worker's log for why they failed, mend it, then hand them over again in "
    "/admin/tenants/outbox/: docs/runbooks/dead-letters.md."
)
WAITING = "Look at the worker and beat processes: docs/runbooks/work-waits.md."
SILENT = "Start worker and beat, or look into their logs: docs/runbooks/work-waits.md."
NEVER = "no sign of life"


def find(answering: Mapping[str, str]) -> Iterator[Finding]:
    if answering["queue"] == OK:
        yield _heartbeat()
    if answering["database"] == OK:
        with in_schema():
            yield from (_outbox(), _dead(), _jobs())


def _heartbeat() -> Finding:
    """Beat asks for the relay each second, and a worker runs it."""
    last = heartbeat.last()
    if last is None:
        return failing("worker and beat", NEVER, SILENT)
    age = time.time() - last
    if age > LATE:
        return failing("worker and beat", f"silent for {age:.0f} s", SILENT)
    return fine("worker and beat", f"seen {age:.0f} s ago")


def waiting() -> tuple[int, float]:
    """Rows that nobody has taken yet, and the seconds the oldest is there for. Those of a suspended
    server wait for its return."""
    rows = outbox.in_state(Outbox.objects.filter(server__status=Server.Status.ACTIVE), "waiting")
    found = rows.aggregate(number=Count("pk"), oldest=Min("created_at"))
    return found["number"], _age(found["oldest"])


def _outbox() -> Finding:
    number, age = waiting()
    seen = f"{number} wait, the oldest for {age:.0f} s"
    if age > LATE:
        return failing("outbox", f"work waits for {age:.0f} s", WAITING, seen)
    return fine("outbox", seen)


def _dead() -> Finding:
    dead = outbox.in_state(Outbox.objects.all(), "dead letter").count()
    if dead:
        return failing("dead letters", f"{dead} pieces of work were given up on", DEAD)
    return fine("dead letters")


def _jobs() -> Finding:
    rows = Job.objects.filter(state=Job.State.WAITING)
    found = rows.aggregate(number=Count("pk"), oldest=Min("created_at"))
    age = _age(found["oldest"])
    if age > LATE:
        return warning("jobs", f"somebody waits for {age:.0f} s", WAITING)
    return fine("jobs", f"{found['number']} wait")


def _age(moment: datetime | None) -> float:
    return (timezone.now() - moment).total_seconds() if moment else 0.0
