"""Write work down with the change that makes it necessary; hand it over until it is done."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from tenants.context import tenant
from tenants.models import Outbox

LEASE = timedelta(minutes=5)
"""A row handed to Celery that is still here after this long is handed over again."""
MAX_ATTEMPTS = 5
"""After so many hand-overs a row stays as a dead letter, for a person to look at."""


def add(task: str, subject: str | int) -> None:
    """Call it inside the transaction of the change. One waiting row serves many changes of the
    same subject."""
    Outbox.objects.bulk_create(
        [Outbox(server=tenant(), task=task, subject=str(subject))], ignore_conflicts=True
    )


def due() -> QuerySet[Outbox]:
    lost = Q(published_at__lt=timezone.now() - LEASE, attempts__lt=MAX_ATTEMPTS)
    return Outbox.objects.filter(Q(published_at__isnull=True) | lost).order_by("id")


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


def dead_letters() -> QuerySet[Outbox]:
    return Outbox.objects.filter(
        attempts__gte=MAX_ATTEMPTS, published_at__lt=timezone.now() - LEASE
    )
