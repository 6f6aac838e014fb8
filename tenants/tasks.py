"""Celery entry points of the platform itself."""

from __future__ import annotations

import logging

from celery import current_app, shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from tenants import outbox, partitions
from tenants.context import each_tenant, in_tenant
from tenants.models import Outbox

log = logging.getLogger(__name__)

BATCH = 200


@shared_task(name="tenants.tasks.relay_outbox", expires=5)
def relay_outbox() -> int:
    """Hand due work to Celery; returns how much."""
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
