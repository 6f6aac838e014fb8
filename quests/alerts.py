"""Telling owners that the ledger and the game differ: a row in the admin, and a mail."""

from __future__ import annotations

from datetime import timedelta

from django.core.cache import cache

from aiworld.cache import AWAY
from quests.models import RewardAlert, RewardEntry
from tenants import outbox, staff_mail
from tenants.context import tenant

TASK = "quests.tasks.alert_staff"
QUIET = timedelta(hours=1)
"""After a mail the next one waits; every alert is on the admin's page."""


def sound(kind: str, entry: RewardEntry, detail: str) -> None:
    """Once for each entry. Call it in the transaction that noticed."""
    _, new = RewardAlert.objects.get_or_create(
        kind=kind, entry=entry, defaults={"detail": detail[:300]}
    )
    if new:
        outbox.add(TASK, "ledger")


def mail() -> int:
    """Tells owners and admins where to look; returns how many."""
    if not (number := RewardAlert.objects.filter(seen_by="").count()) or not _first_in_a_while():
        return 0
    path = f"{tenant().path}admin/quests/rewardalert/"
    return staff_mail.send(tenant(), "reward_alert", {"path": path, "number": number})


def _first_in_a_while() -> bool:
    try:
        return bool(cache.add("reward alert", True, QUIET.total_seconds()))
    except AWAY:
        return True
