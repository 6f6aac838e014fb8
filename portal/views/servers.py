"""The servers a person belongs to, and one of them at a glance."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from aiworld.addresses import client_address
from aiworld.errors import AIWorldError
from portal.access import Visit, member, show, signed_in
from portal.glance import Glance, glance
from portal.importing import ask_for_town, guide_of
from portal.views.connecting import panel
from tenants.models import Job, Role, Server

SHOWN = 100


@dataclass(frozen=True)
class Card:
    server: Server
    role: Role
    glance: Glance


@require_safe
@signed_in
def servers(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    mine = _servers_of(request.user)
    making = Job.objects.filter(
        started_by=request.user, kind=Job.Kind.PROVISION, server=None
    ).exclude(state=Job.State.DONE)
    context = {
        "cards": [Card(server, role, glance(server)) for server, role in mine],
        "making": making[:10],
    }
    return render(request, "portal/servers.html", context)


def _servers_of(user: User) -> list[tuple[Server, Role]]:
    if user.is_superuser:
        return [(server, Role.OWNER) for server in Server.objects.all()[:SHOWN]]
    rows = user.memberships.select_related("server").order_by("server__name")
    return [(row.server, Role(row.role)) for row in rows[:SHOWN]]


@require_safe
@member()
def overview(request: HttpRequest, visit: Visit) -> HttpResponse:
    context = {
        "tab": "server",
        "glance": glance(visit.server),
        "guide": guide_of(visit.server),
        "jobs": visit.server.jobs.open(),
    }
    return show(request, visit, "portal/overview.html", context | panel(request, visit))


@require_POST
@member(Role.EDITOR)
def sample_town(request: HttpRequest, visit: Visit) -> HttpResponse:
    try:
        job = ask_for_town(visit.server, by=visit.user, address=client_address(request))
    except AIWorldError as error:
        return show(request, visit, "portal/stopped.html", {"error": error.message}, status=409)
    return redirect("portal:job", job.pk)
