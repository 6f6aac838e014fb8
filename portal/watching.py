"""Who may see a job, and what its page needs to show it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.translation import gettext_noop

from portal.importing import IMPORT_STEPS
from tenants import exporting
from tenants.context import in_schema
from tenants.middleware import role_of
from tenants.models import Job
from tenants.provisioning import STEPS
from tenants.server_jobs import AGAIN

KNOWN_STEPS = (*STEPS, *IMPORT_STEPS, *exporting.STEPS, AGAIN, gettext_noop("waiting for a worker"))


def job_seen_by(user: object, job_id: UUID | str) -> Job | None:
    """None for a stranger. Of a job with a server, its members see it; before there is one, who
    started it."""
    known = _parsed(job_id)
    if not isinstance(user, User) or not user.is_active or known is None:
        return None
    with in_schema():
        job = Job.objects.select_related("server").filter(pk=known).first()
        if job is None:
            return None
        if job.server is None:
            return job if user.is_superuser or job.started_by_id == user.pk else None
        return job if role_of(user, job.server) else None


def _parsed(job_id: UUID | str) -> UUID | None:
    try:
        return UUID(str(job_id))
    except ValueError:
        return None


def as_event(job: Job) -> dict[str, Any]:
    """For the page: step is one of KNOWN_STEPS, which the page has in the reader's language."""
    step = job.step or KNOWN_STEPS[-1]
    return {"state": job.state, "step": step, "done": job.done, "total": job.total}


def after(job: Job) -> str:
    """Where somebody goes when the job is done."""
    if job.server is None:
        return reverse("portal:servers")
    name = {Job.Kind.PROVISION: "first_key", Job.Kind.EXPORT: "export"}.get(
        Job.Kind(job.kind), "server"
    )
    return reverse(f"portal:{name}", args=[job.server.server_id])
