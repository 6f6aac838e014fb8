"""The first key, and whether the map-server has found its way here."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from aiworld.addresses import client_address
from aiworld.errors import AIWorldError
from portal.access import Visit, member, show
from portal.key_page import key_shown
from portal.sidecar_conf import endpoint
from tenants import first_key as keys
from tenants.connecting import connection_of
from tenants.models import Role


@require_safe
@member()
def connecting(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The panel alone; the overview fetches it when something happened."""
    context = {"server": visit.server, "may_admin": visit.may(Role.ADMIN)}
    context |= panel(request, visit)
    return render(request, "portal/connecting.html", context)


def panel(request: HttpRequest, visit: Visit) -> dict[str, Any]:
    host, _colon, port = endpoint(request).rpartition(":")
    return {
        "connection": connection_of(visit.server),
        "endpoint": f"{host}:{port}",
        "host": host.strip("[]"),
        "port": port,
        "no_key_used": keys.wanted(visit.server),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@member(Role.ADMIN)
def first_key(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The key is made by the POST whose answer shows it, and by nothing before."""
    if not keys.wanted(visit.server):
        return redirect("portal:keys", visit.server.server_id)
    error = ""
    if request.method == "POST":
        try:
            key = keys.issue(visit.server, by=visit.user, address=client_address(request))
            return key_shown(request, visit, key)
        except AIWorldError as refusal:
            error = refusal.message
    return show(request, visit, "portal/first_key.html", {"tab": "keys", "error": error})
