"""Everything of a server, to take away."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from portal.access import Visit, member, show
from tenants.models import Role


@member(Role.OWNER)
def export(request: HttpRequest, visit: Visit) -> HttpResponse:
    return show(request, visit, "portal/base.html", {"tab": "export"})
