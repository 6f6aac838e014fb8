"""Audit of a server."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from portal.access import Visit, member, show


@member()
def audit(request: HttpRequest, visit: Visit) -> HttpResponse:
    return show(request, visit, "portal/base.html", {"tab": "audit"})
