"""Who may open which page of which server.

Pages here run in the public context; what is inside a server is read through
`tenants.context.in_tenant`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from tenants.context import in_schema
from tenants.members import rank
from tenants.middleware import role_of
from tenants.models import Role, Server

P = ParamSpec("P")


@dataclass(frozen=True)
class Visit:
    """A member on a page of a server."""

    server: Server
    user: User
    role: Role

    def may(self, role: Role | str) -> bool:
        return rank(self.role) >= rank(role)


Page = Callable[Concatenate[HttpRequest, Visit, P], HttpResponse]
View = Callable[..., HttpResponse]


def signed_in(view: View) -> View:
    """For pages that belong to no server. Nothing a person sees here is kept by a cache."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        with in_schema():
            return view(request, *args, **kwargs)

    return never_cache(checked)


def member(role: Role = Role.VIEWER, *, to_post: Role | None = None) -> Callable[[Page[P]], View]:
    """The view gets a `Visit` instead of the address's `server_id`. `role` is needed to open the
    page, `to_post` to send its form. A stranger gets the answer of a server that does not exist."""

    def guard(page: Page[P]) -> View:
        @wraps(page)
        def checked(
            request: HttpRequest, server_id: str, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponse:
            visit = _visit(request, server_id)
            needed = (to_post or role) if request.method == "POST" else role
            if not visit.may(needed):
                return refuse(request, visit, needed)
            return page(request, visit, *args, **kwargs)

        return signed_in(checked)

    return guard


def _visit(request: HttpRequest, server_id: str) -> Visit:
    server = Server.objects.filter(server_id=server_id).first()
    role = server and role_of(request.user, server)
    if server is None or role is None or not isinstance(request.user, User):
        raise Http404("no such server")
    return Visit(server, request.user, role)


def refuse(request: HttpRequest, visit: Visit, needed: Role) -> HttpResponse:
    """For a member whose role is not enough."""
    context = {"needed": needed.label, "own": visit.role.label, "owners": _owners(visit.server)}
    return show(request, visit, "portal/refused.html", context, status=403)


def _owners(server: Server) -> list[str]:
    rows = server.memberships.filter(role=Role.OWNER).select_related("user")
    return [row.user.get_username() for row in rows[:5]]


def show(
    request: HttpRequest,
    visit: Visit,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """A page of a server: `server`, `visit` and what its frame (portal/base.html) needs."""
    known = {"server": visit.server, "visit": visit, "may_admin": visit.may(Role.ADMIN),
             "may_edit": visit.may(Role.EDITOR), "may_own": visit.may(Role.OWNER)}  # fmt: skip
    return render(request, template, known | (context or {}), status=status)
