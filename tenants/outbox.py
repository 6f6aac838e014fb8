"""Write work down with the change that makes it necessary; hand it over until it is done."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from tenants.context import tenant
from tenants.models import Outbox, Server
from tenants.statements import rows

LEASE = timedelta(minutes=5)
"""A row handed to Celery that is still here after this long is handed over again."""
MAX_ATTEMPTS = 5
"""After so many hand-overs a row stays as a dead letter, for a person to look at."""

ADD = """
INSERT INTO outbox (server_id, task, subject, created_at, attempts)
VALUES (%(server)s, %(task)s, %(subject)s, %(now)s, 0) ON CONFLICT DO NOTHING
"""


def add(task: str, subject: str | int) -> None:
    """Call it inside the transaction of the change. One waiting row serves many changes of the
    same subject."""
    values = {"server": tenant().pk, "task": task, "subject": str(subject), "now": timezone.now()}
    rows(ADD, values)


def due() -> QuerySet[Outbox]:
    lost = Q(published_at__lt=timezone.now() - LEASE, attempts__lt=MAX_ATTEMPTS)
    # A suspended server's work waits for its return; its tasks would be refused.
    rows = Outbox.objects.filter(server__status=Server.Status.ACTIVE)
    return rows.filter(Q(published_at__isnull=True) | lost).order_by("id")


def take(limit: int) -> list[Outbox]:
    """Claim due rows for publishing. Several relays may run; each row goes to one of them."""
    with transaction.atomic():
        rows = list(
            due().select_related("server").select_for_update(skip_locked=True, of=("self",))[:limit]
        )
        Outbox.objects.filter(pk__in=[row.pk for row in rows]).update(
            published_at=timezone.now(), attempts=F("attempts") + 1
        )
    return rows


def done(pk: int) -> None:
    Outbox.objects.filter(pk=pk).delete()


STATES = ("waiting", "handed over", "dead letter")


def state(row: Outbox) -> str:
    if row.published_at is None:
        return "waiting"
    lost = row.attempts >= MAX_ATTEMPTS and row.published_at < timezone.now() - LEASE
    return "dead letter" if lost else "handed over"


def in_state(rows: QuerySet[Outbox], name: str | None) -> QuerySet[Outbox]:
    dead = Q(published_at__lt=timezone.now() - LEASE, attempts__gte=MAX_ATTEMPTS)
    waiting = Q(published_at__isnull=True)
    return rows.filter({"waiting": waiting, "dead letter": dead}.get(name or "", ~dead & ~waiting))


def hand_over_again(rows: QuerySet[Outbox]) -> int:
    """Give rows that were handed over in vain a fresh start; returns how many. One whose subject
    waits already is deleted: the waiting row does its work."""
    started = 0
    with transaction.atomic():
        for row in rows.filter(published_at__isnull=False).select_for_update(of=("self",)):
            same = Outbox.objects.filter(server=row.server_id, task=row.task, subject=row.subject)
            if same.filter(published_at__isnull=True).exists():
                row.delete()
            else:
                row.published_at, row.attempts = None, 0
                row.save(update_fields=["published_at", "attempts"])
            started += 1
    return started
