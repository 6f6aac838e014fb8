"""Celery entry points of the agents."""

from __future__ import annotations

import time

from celery import shared_task

from agents import schedule
from aiworld.errors import Conflict, OverQuota, SwitchedOff, Unavailable
from tenants.context import each_tenant
from tenants.jobs import ServerTask

HAND_OVER_SECONDS = 40


@shared_task(name="agents.tasks.hand_over", expires=60)
def hand_over() -> int:
    """What is due, a share of every server; whose turn does not fit in the time comes another
    time."""
    until, number = time.monotonic() + HAND_OVER_SECONDS, 0
    for _ in each_tenant(shuffled=True):
        if time.monotonic() >= until:
            break
        number += schedule.hand_over()
    return number


@shared_task(
    name="agents.tasks.run_due",
    base=ServerTask,
    autoretry_for=(Unavailable,),
    retry_backoff=5,
    max_retries=2,
)
def run_due(subject: str) -> None:
    """One run; what the owner has switched off since, or somebody else has done, is no error."""
    try:
        schedule.run_due(subject)
    except (SwitchedOff, OverQuota, Conflict):
        return


@shared_task(name="agents.tasks.forget_old")
def forget_old() -> int:
    """Runs of more than 90 days ago, on every server."""
    return sum(schedule.forget_old() for _ in each_tenant())
