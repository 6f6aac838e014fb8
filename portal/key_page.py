"""The only page that ever shows a key. Nothing of it is kept, not even by the browser."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from portal.access import Visit, show
from portal.sidecar_conf import endpoint, sidecar_conf


def key_shown(request: HttpRequest, visit: Visit, key: str) -> HttpResponse:
    conf = sidecar_conf(visit.server, key=key, endpoint=endpoint(request))
    context = {"tab": "keys", "key": key, "conf": conf}
    response = show(request, visit, "portal/key_shown.html", context)
    response["Cache-Control"] = "no-store"
    return response
