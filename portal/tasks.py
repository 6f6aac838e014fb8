"""Celery entry points of the portal."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from portal import importing
from tenants import exporting
from tenants.jobs import JobTask
from tenants.server_jobs import Work

EXPORT_SECONDS = 2 * 60 * 60
"""A large server's export may take this long; it reports every second that it goes on."""


@shared_task(name="portal.tasks.add_sample_town", base=JobTask)
def add_sample_town(work: Work) -> dict[str, Any]:
    """The sample town for the server that a job names."""
    return importing.add_town(work)


@shared_task(
    name=exporting.TASK,
    base=JobTask,
    soft_time_limit=EXPORT_SECONDS,
    time_limit=EXPORT_SECONDS + 60,
)
def export_server(work: Work) -> dict[str, Any]:
    """Everything of a server in one archive."""
    return exporting.make(work)


@shared_task(name="portal.tasks.clear_exports")
def clear_exports() -> int:
    """Archives whose day is over."""
    return exporting.clear_expired()
