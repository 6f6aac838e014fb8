"""A job's page: how far it is, by itself or by loading it again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.access import signed_in
from portal.outcome import attempt
from portal.watching import KNOWN_STEPS, after, as_event, job_seen_by
from tenants import lifecycle
from tenants.models import Job

NOTICE_AFTER = 15
"""Seconds a job waits before its page says that nobody is working."""


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """A POST tries a failed one again."""
    row = _seen(request, job_id)
    if request.method == "POST":
        return _retry(request, row)
    if row.state == Job.State.DONE:
        return redirect(after(row))
    return render(request, "portal/job.html", _context(request, row))


@require_safe
@signed_in
def job_state(request: HttpRequest, job_id: UUID) -> HttpResponse:
    return JsonResponse(as_event(_seen(request, job_id)))


def _seen(request: HttpRequest, job_id: UUID) -> Job:
    job = job_seen_by(request.user, job_id)
    if job is None:
        raise Http404("no such job")
    return job


def _retry(request: HttpRequest, job: Job) -> HttpResponse:
    if job.started_by is None or job.started_by != request.user:
        raise Http404("no such job")
    user = job.started_by
    attempt(request, lambda: lifecycle.try_again(job, by=user), done=gettext("Started again."))
    return redirect("portal:job", job.pk)


def _context(request: HttpRequest, job: Job) -> dict[str, Any]:
    event = as_event(job)
    return {
        "job": job,
        "event": event,
        "step": gettext(event["step"]),
        "error": gettext(job.error) if job.error else "",
        "steps": {step: gettext(step) for step in KNOWN_STEPS},
        "mine": job.started_by_id == request.user.pk,
        "title": TITLES[Job.Kind(job.kind)],
        "notice_after": NOTICE_AFTER,
    }


TITLES = {
    Job.Kind.PROVISION: _("Your server is being made"),
    Job.Kind.IMPORT: _("Characters are moving in"),
    Job.Kind.EXPORT: _("Your export is being made"),
}
