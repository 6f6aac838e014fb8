"""Whether the map-server has found its way here."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse

from portal.access import Visit, member


@member()
def state(request: HttpRequest, visit: Visit) -> HttpResponse:
    return JsonResponse({"connected": visit.server.last_handshake_at is not None})
