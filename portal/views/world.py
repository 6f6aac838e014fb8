"""What happened in a server's world while its owner was away."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from portal.access import Visit, member, show
from tenants.context import in_tenant
from world import timeline_page


@require_safe
@member()
def world(request: HttpRequest, visit: Visit) -> HttpResponse:
    with in_tenant(visit.server):
        found = timeline_page.shown(request.GET.get("back", ""))
    return show(request, visit, "portal/world.html", {"tab": "world", **found})
