"""The servers a person belongs to, and one of them at a glance."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.access import Visit, member, show, signed_in


@signed_in
def servers(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/servers.html", {})


@member()
def overview(request: HttpRequest, visit: Visit) -> HttpResponse:
    return show(request, visit, "portal/overview.html", {"tab": "server"})
