"""Invitations: sent by members, taken up by whoever got the mail."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from aiworld.accounts import returning
from aiworld.addresses import client_address
from aiworld.errors import NotFound
from portal.access import Visit, member
from portal.outcome import attempt
from portal.roles import DUTIES
from tenants import invitations as rules
from tenants.context import in_schema
from tenants.members import RANKS, rank
from tenants.models import Role


def _link(request: HttpRequest) -> rules.Link:
    return lambda token: request.build_absolute_uri(reverse("portal:invitation", args=[token]))


@require_POST
@member(Role.ADMIN)
def invite(request: HttpRequest, visit: Visit) -> HttpResponse:
    email = request.POST.get("email", "")
    attempt(
        request,
        lambda: rules.invite(
            visit.server,
            email=email,
            role=request.POST.get("role", ""),
            by=visit.user,
            link=_link(request),
            address=client_address(request),
        ),
        done=_("The invitation is on its way to %(email)s.") % {"email": email.strip()},
    )
    return redirect("portal:members", visit.server.server_id)


@require_POST
@member(Role.ADMIN)
def send_again(request: HttpRequest, visit: Visit, pk: int) -> HttpResponse:
    row = get_object_or_404(visit.server.invitations, pk=pk)
    attempt(
        request,
        lambda: rules.send_again(
            row, by=visit.user, link=_link(request), address=client_address(request)
        ),
        done=_("The invitation was sent again, with a new link."),
    )
    return redirect("portal:members", visit.server.server_id)


@require_POST
@member(Role.ADMIN)
def revoke(request: HttpRequest, visit: Visit, pk: int) -> HttpResponse:
    row = get_object_or_404(visit.server.invitations, pk=pk)
    attempt(
        request,
        lambda: rules.revoke(row, by=visit.user, address=client_address(request)),
        done=_("The invitation was taken back; its link does not work any more."),
    )
    return redirect("portal:members", visit.server.server_id)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Shown to anybody with the link; taken up only by the account that proved the address."""
    with in_schema():
        try:
            row = rules.find(token)
        except NotFound as error:
            return render(
                request, "portal/invitation_over.html", {"reason": error.message}, status=404
            )
        user = request.user if isinstance(request.user, User) else None
        if user:
            returning.take(request)
        else:
            returning.remember(request)
            returning.invite(request)
        if request.method == "POST" and user:
            address = client_address(request)
            welcome = _("Welcome to %(server)s.") % {"server": row.server.name}
            if attempt(request, lambda: rules.accept(token, user, address=address), done=welcome):
                return redirect("portal:server", row.server.server_id)
        context = {
            "invitation": row,
            "server": row.server,
            "address": rules.masked(row.email),
            "duties": [DUTIES[role] for role in RANKS[: rank(row.role)]],
            "fits": bool(user and rules.proved(row, user)),
            "here": request.path,
        }
        return render(request, "portal/invitation.html", context)
