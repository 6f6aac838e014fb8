"""The two admin sites. One would show tables that the host's schema lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite

from aiworld.accounts.factors import has_second_factor, used_second_factor
from aiworld.templatetags.pages import platform_url

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SEARCH_RESULTS = 50


class Site(UnfoldAdminSite):  # type: ignore[misc]
    refusal: StrOrPromise = ""

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        # The admin sends whoever lacks permission to its login page; a person who is signed in
        # already would go round in circles there.
        if request.user.is_authenticated and not self.has_permission(request):
            return self.refuse(request)
        overview = reverse(f"{self.name}:index", current_app=self.name)
        if request.user.is_authenticated:
            return redirect(overview)
        # One way in for everybody: with throttling, verified mail and the second factor.
        target = request.GET.get(REDIRECT_FIELD_NAME) or overview
        return redirect_to_login(target, platform_url("account_login"))

    def refuse(self, request: HttpRequest) -> HttpResponse:
        raise PermissionDenied(self.refusal)

    def search(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Tables by name. Upstream's caches its result objects, which are not JSON, for five
        minutes."""
        term = request.GET.get("s", "").strip().lower()
        if not term:
            return HttpResponse()
        results = self._search_apps(self.get_app_list(request), term)
        page = Paginator(results, SEARCH_RESULTS)
        name = "command_results" if "extended" in request.GET else "search_results"
        return TemplateResponse(
            request,
            f"unfold/helpers/{name}.html",
            {"page_obj": page, "results": page.page(1), "page_counter": 0, "execution_time": 0},
            headers={"HX-Trigger": "search"},
        )


class PlatformSite(Site):
    """/admin/: the operator's. Servers, keys, memberships, users."""

    site_title = site_header = _("AI World platform")
    index_title = _("Overview")
    index_template = "staff/platform.html"
    refusal = _("The platform's pages are for its operators. Your servers are on the front page.")

    def has_permission(self, request: HttpRequest) -> bool:
        allowed = request.user.is_active and request.user.is_superuser
        return bool(allowed) and (not settings.OPERATOR_MFA_REQUIRED or used_second_factor(request))

    def refuse(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_superuser:
            return super().refuse(request)
        known = has_second_factor(request.user)
        return render(request, "account/second_factor.html", {"known": known}, status=403)


class ServerSite(Site):
    """/s/<server>/admin/: one server's staff. Membership lets people in, not `is_staff`."""

    site_title = site_header = "AI World"
    index_title = _("Overview")
    settings_name = "UNFOLD_SERVER"
    index_template = "staff/server.html"
    refusal = _("You are not a member of this server. Ask its owner to add you.")

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and getattr(request, "role", None) is not None)


platform = PlatformSite(name="admin")
server = ServerSite(name="admin")
