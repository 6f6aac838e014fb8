"""Celery entry points of the portal."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from portal import importing
from tenants.jobs import JobTask
from tenants.server_jobs import Work


@shared_task(name="portal.tasks.add_sample_town", base=JobTask)
def add_sample_town(work: Work) -> dict[str, Any]:
    """The sample town for the server that a job names."""
    return importing.add_town(work)
