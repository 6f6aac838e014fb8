"""Pages of the platform: the front page and its health."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tenants import health
from tenants.models import Role, Server

SHOWN_SERVERS = 100


@require_safe
@never_cache
def front(request: HttpRequest) -> HttpResponse:
    return render(request, "front.html", {"servers": _servers_of(request)})


def _servers_of(request: HttpRequest) -> list[tuple[Server, str]]:
    user = request.user
    if not user.is_authenticated:
        return []
    if user.is_superuser:
        return [(server, "Operator") for server in Server.objects.active()[:SHOWN_SERVERS]]
    rows = user.memberships.select_related("server").order_by("server__name")
    active = rows.filter(server__status=Server.Status.ACTIVE)[:SHOWN_SERVERS]
    return [(row.server, Role(row.role).label) for row in active]


@require_safe
@never_cache
def health_view(request: HttpRequest) -> JsonResponse:
    checks = health.checks()
    well = all(outcome == health.OK for outcome in checks.values())
    body = {"status": "ok" if well else "failing", "checks": checks}
    return JsonResponse(body, status=200 if well else 503)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    return HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain")
