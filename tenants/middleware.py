"""/s/<server>/...: enters that server's schema for the whole request."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import get_script_prefix, set_script_prefix

from tenants.context import in_tenant
from tenants.models import Membership, Role, Server

GetResponse = Callable[[HttpRequest], HttpResponse]
PATH = re.compile(r"^/s/(server-[0-9a-f]{16})(/.*)$")


class ServerPathMiddleware:
    """Mounts the server's pages below its path, as WSGI mounts an application: what `reverse()`
    makes inside carries the prefix, and the URLconf knows nothing of servers."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        match = PATH.match(request.path_info)
        if match is None:
            return self.get_response(request)
        server = Server.objects.active().filter(server_id=match[1]).first()
        if server is None:
            raise Http404("no such server")
        request.server = server  # type: ignore[attr-defined]
        request.urlconf = "aiworld.urls_server"  # type: ignore[attr-defined]
        request.path_info = match[2]
        set_script_prefix(get_script_prefix().rstrip("/") + server.path)
        with in_tenant(server):
            return self.get_response(request)


class MembershipMiddleware:
    """Sets `request.role`: what this person may do on this server, None for a stranger."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if server := getattr(request, "server", None):
            request.role = role_of(request.user, server)  # type: ignore[attr-defined]
        return self.get_response(request)


def role_of(user: object, server: Server) -> Role | None:
    if not getattr(user, "is_active", False):
        return None
    if getattr(user, "is_superuser", False):
        return Role.OWNER
    row = Membership.objects.filter(user_id=getattr(user, "pk", None), server=server).first()
    return Role(row.role) if row else None
