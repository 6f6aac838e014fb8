"""Members of a server."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from aiworld.addresses import client_address
from portal.access import Visit, member, show
from portal.confirming import ask
from portal.outcome import attempt
from portal.roles import DUTIES
from tenants import members as rules
from tenants.models import Membership, Role


@dataclass(frozen=True)
class Person:
    row: Membership
    roles: list[Role]
    """What the visitor may make of them; empty: nothing."""
    is_self: bool


@require_safe
@member()
def members(request: HttpRequest, visit: Visit) -> HttpResponse:
    may = rules.grantable(visit.role)
    rows = visit.server.memberships.select_related("user").order_by("created_at", "pk")
    people = [
        Person(row, may if row.role in may else [], row.user_id == visit.user.pk) for row in rows
    ]
    open_ones = visit.server.invitations.filter(accepted_at=None, revoked_at=None)
    context = {
        "tab": "members",
        "people": people,
        "invitations": open_ones.select_related("invited_by") if may else [],
        "roles": [(role, DUTIES[role]) for role in rules.RANKS],
        "grantable": may[::-1],
        "is_member": any(person.is_self for person in people),
    }
    return show(request, visit, "portal/members.html", context)


@require_POST
@member(Role.ADMIN)
def change_role(request: HttpRequest, visit: Visit, pk: int) -> HttpResponse:
    row = get_object_or_404(visit.server.memberships, pk=pk)
    role = request.POST.get("role", "")
    if role in Role.values:
        attempt(
            request,
            lambda: rules.change_role(row, role, by=visit.user, address=client_address(request)),
            done=_("The role was changed."),
        )
    return redirect("portal:members", visit.server.server_id)


@member(Role.ADMIN)
def remove(request: HttpRequest, visit: Visit, pk: int) -> HttpResponse:
    row = get_object_or_404(visit.server.memberships.select_related("user"), pk=pk)
    if request.method != "POST":
        return ask(
            request,
            visit,
            tab="members",
            title=_("Remove %(name)s?") % {"name": row.user},
            text=_("They lose all access to this server at once, and open pages of theirs close."),
            button=_("Remove"),
        )
    attempt(
        request,
        lambda: rules.remove(row, by=visit.user, address=client_address(request)),
        done=_("Removed."),
    )
    return redirect("portal:members", visit.server.server_id)


@member()
def leave(request: HttpRequest, visit: Visit) -> HttpResponse:
    row = get_object_or_404(visit.server.memberships, user=visit.user)
    if request.method != "POST":
        return ask(
            request,
            visit,
            tab="members",
            title=_("Leave %(server)s?") % {"server": visit.server.name},
            text=_("You lose all access to this server. To come back you need an invitation."),
            button=_("Leave"),
        )
    left = attempt(
        request,
        lambda: rules.leave(row, address=client_address(request)),
        done=_("You have left %(server)s.") % {"server": visit.server.name},
    )
    if left:
        return redirect("portal:servers")
    return redirect("portal:members", visit.server.server_id)
