"""Everything of a server, to take away."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_safe

from aiworld.addresses import client_address
from aiworld.errors import AIWorldError
from portal.access import Visit, member, show
from portal.files import file_response
from tenants import audit, exporting
from tenants.models import Job, Role

SHOWN = 5


@require_http_methods(["GET", "HEAD", "POST"])
@member(Role.ADMIN)
def export(request: HttpRequest, visit: Visit) -> HttpResponse:
    error = ""
    if request.method == "POST":
        try:
            job = exporting.start(visit.server, by=visit.user, address=client_address(request))
            return redirect("portal:job", job.pk)
        except AIWorldError as refused:
            error = refused.message
    jobs = Job.objects.filter(server=visit.server, kind=Job.Kind.EXPORT)
    jobs = jobs.select_related("server", "started_by")[:SHOWN]
    context = {
        "tab": "export",
        "error": error,
        "exports": [(job, exporting.ready(job), exporting.expires_at(job)) for job in jobs],
        "running": next((job for job in jobs if not job.ended), None),
    }
    return show(request, visit, "portal/export.html", context)


@require_safe
@member(Role.ADMIN)
def download(request: HttpRequest, visit: Visit, job_id: UUID) -> HttpResponse:
    job = get_object_or_404(visit.server.jobs.select_related("server"), pk=job_id)
    path = exporting.ready(job)
    if path is None:
        raise Http404("this export has expired; start a new one")
    if request.method == "GET":
        address = client_address(request)
        audit.note(visit.server, actor=visit.user, action="export.downloaded", address=address)
    name = f"{visit.server.server_id}-{job.created_at:%Y-%m-%d}.zip"
    return file_response(request, path, name=name)  # type: ignore[return-value]
