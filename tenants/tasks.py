"""Celery entry points of the platform itself."""

from __future__ import annotations

import logging

from celery import current_app, shared_task
from django.conf import settings
from django.utils import timezone
from kombu.exceptions import OperationalError

from tenants import heartbeat, idempotency, lifecycle, outbox, partitions, registration, server_jobs
from tenants.backups import nightly
from tenants.context import each_tenant, in_tenant
from tenants.jobs import BROKEN, JobTask
from tenants.models import Job, Outbox

log = logging.getLogger(__name__)

BATCH = 200


@shared_task(name="tenants.tasks.relay_outbox", expires=5)
def relay_outbox() -> int:
    """Hand due work to Celery; returns how much."""
    heartbeat.beat()
    rows = outbox.take(BATCH)
    for at, row in enumerate(rows):
        if row.task not in current_app.tasks:
            log.error("outbox row %d asks for %r, which is no task", row.pk, row.task)
            continue
        try:
            _hand_over(row)
        except OperationalError:  # the broker is away: what it did not take waits on
            left = [row.pk for row in rows[at:]]
            outbox.hand_over_again(Outbox.objects.filter(pk__in=left))
            raise
    return len(rows)


def _hand_over(row: Outbox) -> None:
    with in_tenant(row.server):
        current_app.tasks[row.task].apply_async(
            (row.subject,),
            headers={"outbox_id": row.pk},
            task_id=f"outbox-{row.pk}-{row.attempts}",
        )


@shared_task(name="tenants.tasks.keep_partitions")
def keep_partitions() -> None:
    """This month's partitions and the next two; those past their retention go."""
    today = timezone.now().date()
    for server in each_tenant():
        partitions.ensure(server.schema_name, today)
        partitions.drop_expired(server.schema_name, today)


@shared_task(name="tenants.tasks.relay_jobs", expires=5)
def relay_jobs() -> int:
    """Hand waiting jobs to Celery, and find those whose worker is gone; returns how many."""
    server_jobs.find_lost()
    jobs = server_jobs.take(BATCH)
    for at, job in enumerate(jobs):
        try:
            _send(job)
        except OperationalError:  # the broker is away: what it did not take waits on
            server_jobs.give_back(jobs[at:])
            raise
    return len(jobs)


def _send(job: Job) -> None:
    if job.task in current_app.tasks:
        current_app.tasks[job.task].apply_async((str(job.pk),))
    elif work := server_jobs.begin(str(job.pk)):
        log.error("job %s asks for %r, which is no task", job.pk, job.task)
        server_jobs.fail(work, BROKEN)


@shared_task(name="tenants.tasks.provision_server", base=JobTask)
def provision_server(work: server_jobs.Work) -> None:
    """Make the server that a job asks for, and its owner."""
    lifecycle.create(work)


@shared_task(name="tenants.tasks.remove_departed")
def remove_departed() -> int:
    """Delete the servers whose waiting period is over, for good; returns how many."""
    return lifecycle.remove_departed()


@shared_task(name="tenants.tasks.remove_unclaimed")
def remove_unclaimed() -> int:
    """Delete the servers that registered themselves and that nobody used since; how many."""
    return registration.remove_unclaimed()


@shared_task(name="tenants.tasks.forget_answers")
def forget_answers() -> None:
    """Forget answers to REST requests that may no longer be repeated, those with secrets first."""
    idempotency.forget(timezone.now())


# Acknowledged when it begins: one that takes longer than the lease would be handed out again.
@shared_task(
    name="tenants.tasks.back_up",
    acks_late=False,
    soft_time_limit=settings.BACKUP_TIME_LIMIT,
    time_limit=settings.BACKUP_TIME_LIMIT + 60,
)
def back_up() -> str:
    """The nightly backup and its proof, if the operator has chosen a key for it."""
    return nightly.run()
