"""Celery entry points of the quests."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from quests import alerts, awards, expectations, life
from tenants.context import each_tenant
from tenants.jobs import ServerTask


@shared_task(name="quests.tasks.alert_staff", base=ServerTask)
def alert_staff(_: str) -> int:
    """After rewards that differ from the ledger: a mail to owners and admins."""
    return alerts.mail()


@shared_task(name="quests.tasks.award", base=ServerTask)
def award(subject: str) -> None:
    """After a boss fell or a treasure was found: what it is worth."""
    awards.award(int(subject), now=timezone.now())


@shared_task(name="quests.tasks.expire", expires=50)
def expire() -> int:
    """Quests and offers whose time is over end, on every server."""
    return sum(life.expire(timezone.now()) for _ in each_tenant())


@shared_task(name="quests.tasks.score_expectations", expires=3600)
def score_expectations() -> int:
    """Whether quests that are over went as models expected, on every server."""
    return sum(expectations.score(timezone.now()) for _ in each_tenant())
