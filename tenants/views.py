"""Pages of the platform: the front page and its health."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tenants import health


@require_safe
@never_cache
def front(request: HttpRequest) -> HttpResponse:
    """For strangers; members want their servers."""
    if request.user.is_authenticated:
        return redirect("portal:servers")
    return render(request, "front.html")


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
