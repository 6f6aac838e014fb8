"""/s/<server>/...: learns which server it is and who asks, then enters that server's schema for the
view. And what a browser may load for our pages."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.contrib.auth.models import User
from django.core.exceptions import DisallowedHost
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import get_script_prefix, set_script_prefix

from tenants import domains
from tenants.context import in_tenant
from tenants.models import Membership, Role, Server

GetResponse = Callable[[HttpRequest], HttpResponse]
PATH = re.compile(r"^/s/(server-[0-9a-f]{16})(/(?!api/).*)$")
"""REST enters the server by itself: tenants/api_access.py."""


OF_A_HOST = re.compile(r"^/(?:admin|live)/")
"""What belongs to the server on a host name of its own; the rest is the platform's there too."""


class ServerPathMiddleware:
    """Mounts the server's pages below its path, as WSGI mounts an application: what `reverse()`
    makes inside carries the prefix, and the URLconf knows nothing of servers. On a host name of
    the server's own they are at its root."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        server_id, rest, mounted = _addressed(request)
        if not server_id:
            return self.get_response(request)
        server = Server.objects.active().filter(server_id=server_id).first()
        if server is None:
            raise Http404("no such server")
        request.server = server  # type: ignore[attr-defined]
        request.urlconf = "aiworld.urls_server"
        request.path_info = rest
        prefix = get_script_prefix()
        set_script_prefix(prefix.rstrip("/") + mounted)
        try:
            return self.get_response(request)
        finally:
            set_script_prefix(prefix)


def _addressed(request: HttpRequest) -> tuple[str, str, str]:
    """Server id (empty: the platform's page), path within the server, where it is mounted."""
    if match := PATH.match(request.path_info):
        return match[1], match[2], f"/s/{match[1]}/"
    host = domains.server_of(_host(request)) or ""
    if host and request.path_info == "/":
        return host, "/live/", "/"
    return (host if OF_A_HOST.match(request.path_info) else ""), request.path_info, "/"


class MembershipMiddleware:
    """Sets `request.role`: what this person may do on this server, None for a stranger; and
    `request.may_edit`."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if server := getattr(request, "server", None):
            role = role_of(request.user, server)
            request.role = role  # type: ignore[attr-defined]
            request.may_edit = role not in (None, Role.VIEWER)  # type: ignore[attr-defined]
        return self.get_response(request)


def role_of(user: object, server: Server) -> Role | None:
    if not isinstance(user, User) or not user.is_active:
        return None
    if user.is_superuser:
        return Role.OWNER
    row = Membership.objects.filter(user=user, server=server).first()
    return Role(row.role) if row else None


STRICT = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self' ws://{host} wss://{host}",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
ADMIN = STRICT | {
    # The admin's theme writes its colours into the page and styles elements by attribute.
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data:",
}

QR_CODE = STRICT | {"img-src": "'self' data:"}
"""The picture of a second factor's secret comes within the page, so that it has no address."""
FEATURES = ("camera", "geolocation", "microphone", "payment", "usb", "browsing-topics")


ACCOUNT = re.compile(r"^/admin/(login|logout|password_change)/")
"""Pages of a server's site that are about the person, and touch no row of the server."""


class ServerSchemaMiddleware:
    """The last one: what is around it (session, account) is in `public`, of which a server's role
    can read next to nothing."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        server = getattr(request, "server", None)
        if server is None or ACCOUNT.match(request.path_info):
            return self.get_response(request)
        with in_tenant(server):
            return self.get_response(request)


class ContentSecurityPolicyMiddleware:
    """Players' words are on these pages; nothing they write may run or load anything. A view that
    needs another policy sets its own."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.get("Content-Type", "").startswith("text/html"):
            rules = _rules(request.path_info)
            policy = "; ".join(f"{name} {value}" for name, value in rules.items())
            response.setdefault("Content-Security-Policy", policy.format(host=_host(request)))
            response.setdefault("Permissions-Policy", ", ".join(f"{each}=()" for each in FEATURES))
        return response


def _rules(path: str) -> dict[str, str]:
    if path.startswith("/admin/"):
        return ADMIN
    return QR_CODE if path.startswith("/account/2fa/totp/") else STRICT


def _host(request: HttpRequest) -> str:
    try:
        return request.get_host()
    except DisallowedHost:
        return "localhost"
