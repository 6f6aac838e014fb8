"""Celery entry points of the quests."""

from __future__ import annotations

from celery import shared_task

from quests import alerts
from tenants.jobs import ServerTask


@shared_task(name="quests.tasks.alert_staff", base=ServerTask)
def alert_staff(_: str) -> int:
    """After rewards that differ from the ledger: a mail to owners and admins."""
    return alerts.mail()
