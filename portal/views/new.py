"""A new server, and the job that makes it."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from portal.access import signed_in


@signed_in
def new(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/new.html", {})


@signed_in
def job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    raise Http404("no such job")
