"""Long work that somebody watches: started, handed to a worker, told about, ended.

A job's own row is the message to the worker. A relay hands waiting rows to Celery and finds those
whose worker fell silent, so neither a lost broker nor a killed worker loses one. The outbox could
not carry them: its rows belong to a server, and a new server's job comes before the server."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from aiworld.errors import Conflict
from tenants import live
from tenants.context import in_schema
from tenants.models import Job, Server

LEASE = timedelta(minutes=1)
"""A job handed to Celery that nobody has begun after this long is handed over again."""
SILENCE = timedelta(seconds=30)
"""After the longest a task may run, how long a worker may say nothing before it counts as gone."""
MAX_ATTEMPTS = 2
START_LOCK = 7_402_119
AGAIN = gettext_noop("starting again")
INTERRUPTED = gettext_noop(
    "The work was interrupted twice, and nothing was changed. Try again; if it happens again, tell "
    "the operator of this installation."
)


def start(
    kind: str,
    *,
    task: str,
    by: User | None,
    server: Server | None = None,
    asked: dict[str, Any] | None = None,
    job_id: uuid.UUID | None = None,
) -> Job:
    """A waiting job. The same `job_id` again is the same job. Raises Conflict if the server has
    such a job already."""
    with in_schema(), transaction.atomic():
        one_start_at_a_time()
        if known := job_id and started(job_id, by=by):
            return known
        if server and Job.objects.open().filter(server=server, kind=kind).exists():
            raise Conflict(_("This server has such a job already. Wait for its end."))
        return Job.objects.create(
            pk=job_id or uuid.uuid4(),
            kind=kind,
            task=task,
            server=server,
            started_by=by,
            asked=asked or {},
        )


def started(job_id: uuid.UUID, *, by: User | None) -> Job | None:
    """Raises Conflict if it is somebody else's."""
    job = Job.objects.filter(pk=job_id).first()
    if job and job.started_by != by:
        raise Conflict(_("This form was used already. Open it again."))
    return job


def one_start_at_a_time() -> None:
    """Until the transaction ends: whoever counts jobs and servers first, counts right."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [START_LOCK])


def retry(job: Job) -> bool:
    """Give a failed job a fresh start; False if it has not failed."""
    failed = Job.objects.filter(pk=job.pk, state=Job.State.FAILED)
    fresh = {"state": Job.State.WAITING, "attempts": 0, "error": "", "step": "", "done": 0}
    with in_schema():
        return bool(failed.update(seen_at=None, finished_at=None, **fresh))


def take(limit: int) -> list[Job]:
    """Claim waiting jobs for handing over. Each goes to one of several relays."""
    with in_schema(), transaction.atomic():
        waiting = Job.objects.filter(state=Job.State.WAITING).filter(
            Q(seen_at__isnull=True) | Q(seen_at__lt=timezone.now() - LEASE)
        )
        jobs = list(waiting.order_by("created_at").select_for_update(skip_locked=True)[:limit])
        Job.objects.filter(pk__in=[job.pk for job in jobs]).update(seen_at=timezone.now())
    return jobs


def give_back(jobs: list[Job]) -> None:
    """The broker did not take them: the next relay tries again at once."""
    with in_schema():
        waiting = Job.objects.filter(pk__in=[job.pk for job in jobs], state=Job.State.WAITING)
        waiting.update(seen_at=None)


def find_lost() -> int:
    """Jobs whose worker was killed: begun again once, then failed in words. Returns how many."""
    longest = timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT) + SILENCE
    lost = Q(state=Job.State.RUNNING, seen_at__lt=timezone.now() - longest)
    with in_schema():
        again = Job.objects.filter(lost, attempts__lt=MAX_ATTEMPTS).update(
            state=Job.State.WAITING, seen_at=None, step=AGAIN, done=0
        )
        given_up = list(Job.objects.filter(lost))
        for job in given_up:
            fail(Work(job), INTERRUPTED)
    return again + len(given_up)


@dataclass
class Work:
    """A job in the hands of its worker."""

    job: Job
    told: dict[str, Any] = field(default_factory=dict)

    def tell(self, step: str, *, done: int | None = None, total: int | None = None) -> None:
        """What it is at, in words of a gettext_noop. Watchers learn at once; the row shows it once
        the open transaction, if there is one, has committed."""
        figures = {"done": done, "total": total}
        values: dict[str, Any] = {"step": step[:120]}
        values |= {name: value for name, value in figures.items() if value is not None}
        self.told |= values
        with in_schema():
            Job.objects.filter(pk=self.job.pk).update(seen_at=timezone.now(), **values)
        live.send(self.job.live_group, "job", {"state": Job.State.RUNNING, **self.told})


def begin(job_id: str) -> Work | None:
    """Claim a waiting job; None if it is not waiting (a message that came twice)."""
    with in_schema():
        begun = Job.objects.filter(pk=job_id, state=Job.State.WAITING).update(
            state=Job.State.RUNNING, seen_at=timezone.now(), attempts=F("attempts") + 1
        )
        if not begun:
            return None
        job = Job.objects.select_related("server", "started_by").get(pk=job_id)
    live.send(job.live_group, "job", {"state": job.state, "step": job.step})
    return Work(job)


def finish(work: Work, result: dict[str, Any] | None = None, **values: Any) -> None:
    """Call it in the transaction of the last change: raises Conflict if the job was given up
    meanwhile, and the change is undone with it."""
    if not _end(work, Job.State.DONE, done=F("total"), result=result or {}, **values):
        raise Conflict("this job has ended already")


def fail(work: Work, error: str) -> None:
    """`error` says what went wrong and what to do. A job that has ended stays as it is."""
    _end(work, Job.State.FAILED, error=error)


def _end(work: Work, state: str, **values: Any) -> bool:
    group = work.job.live_group
    with in_schema(), transaction.atomic():
        running = Job.objects.filter(pk=work.job.pk, state=Job.State.RUNNING)
        ended = running.update(state=state, finished_at=timezone.now(), **values)
        transaction.on_commit(lambda: live.send(group, "job", {"state": state}))
    return bool(ended)
