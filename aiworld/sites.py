"""The two admin sites. One would show tables that the host's schema lacks."""

from __future__ import annotations

from django.http import HttpRequest
from unfold.sites import UnfoldAdminSite


class PlatformSite(UnfoldAdminSite):  # type: ignore[misc]
    """/admin/: the operator's. Servers, keys, memberships, users."""

    site_title = site_header = index_title = "AI World platform"


class ServerSite(UnfoldAdminSite):  # type: ignore[misc]
    """/s/<server>/admin/: one server's staff. Membership lets people in, not `is_staff`."""

    site_title = site_header = index_title = "AI World"

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and getattr(request, "role", None) is not None


platform = PlatformSite(name="admin")
server = ServerSite(name="admin")
