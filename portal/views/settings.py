"""What an owner chooses for a server."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from portal.access import Visit, member, show
from tenants.models import Role


@member(to_post=Role.ADMIN)
def settings(request: HttpRequest, visit: Visit) -> HttpResponse:
    return show(request, visit, "portal/settings.html", {"tab": "settings"})
