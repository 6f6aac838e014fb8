"""Game servers: made and removed with their schemas, never as plain rows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.html import format_html
from unfold.admin import ModelAdmin, TabularInline

from aiworld.errors import Conflict
from aiworld.sites import platform
from tenants import api_keys, provisioning
from tenants.models import Membership, Server, ServerDomain

CHOSEN = (
    "name",
    "contact_email",
    "billing_tier",
    "language",
    "code_page",
    "max_concurrent_npcs",
    "rate_limit_per_minute",
)
GENERATED = ("server_id", "schema_name", "created_at", "last_handshake_at", "pages")


class MembershipInline(TabularInline):  # type: ignore[misc]
    model = Membership
    autocomplete_fields = ("user",)
    extra = 0
    tab = True


class DomainInline(TabularInline):  # type: ignore[misc]
    """Its own host names, beside its path; only with SERVER_HOSTS."""

    model = ServerDomain
    fields = ("domain",)
    extra = 0
    tab = True


@admin.register(Server, site=platform)
class ServerAdmin(ModelAdmin):  # type: ignore[misc]
    list_display = ("name", "server_id", "status", "billing_tier", "last_handshake_at", "pages")
    list_filter = ("status", "billing_tier", "language")
    search_fields = ("name", "server_id", "contact_email")
    readonly_fields = GENERATED
    fields = ("status", *CHOSEN, *GENERATED)
    add_fieldsets = ((None, {"fields": CHOSEN}),)
    delete_confirmation_template = "staff/server_delete.html"
    compressed_fields = True

    @admin.display(description="pages")
    def pages(self, server: Server) -> str:
        # Absolute: `reverse` would look in the platform's own URLs.
        return format_html(
            '<a class="staff-link" href="{0}admin/">admin</a> · '
            '<a class="staff-link" href="{0}live/">live</a>',
            server.path,
        )

    def get_inlines(self, request: HttpRequest, obj: Server | None) -> list[type[TabularInline]]:
        hosts = [DomainInline] if settings.SERVER_HOSTS else []
        return [MembershipInline, *hosts] if obj else []

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions: dict[str, Any] = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Provisioning makes its own transaction, so the admin's must not be around it."""
        if request.method == "POST" and self.has_add_permission(request):
            form = self.get_form(request, None, change=False)(request.POST)
            if form.is_valid():
                return self._provision(request, form.cleaned_data)
        response: HttpResponse = super().add_view(request, form_url, extra_context)
        return response

    def _provision(self, request: HttpRequest, chosen: dict[str, Any]) -> HttpResponse:
        try:
            made = provisioning.provision(**chosen)
        except Conflict as error:
            self.message_user(request, error.message, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())
        self.log_addition(request, made.server, "Provisioned.")
        return key_page(self, request, made.server, made.api_key)

    def save_model(self, request: HttpRequest, obj: Server, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        api_keys.forget_all()  # a suspended server's calls are refused from now on

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """The name has to be typed: there is no way back from this."""
        server = self.get_object(request, object_id)
        if (
            request.method == "POST"
            and server is not None
            and request.POST.get("confirm_name", "").strip() != server.name
        ):
            text = f"Nothing was deleted: type the server's name, {server.name}, to confirm."
            self.message_user(request, text, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())
        response: HttpResponse = super().delete_view(request, object_id, extra_context)
        return response

    def delete_model(self, request: HttpRequest, obj: Server) -> None:
        provisioning.remove(obj)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        names = [str(server) for server in objs]
        return names, {"servers, each with its schema": len(names)}, set(), []


def key_page(
    model_admin: ModelAdmin, request: HttpRequest, server: Server, key: str
) -> TemplateResponse:
    """The only page that ever shows a key. Nothing of it is kept, not even by the browser."""
    context = {
        **model_admin.admin_site.each_context(request),
        "title": f"API key of {server.name}",
        "server": server,
        "key": key,
    }
    return TemplateResponse(
        request, "staff/key.html", context, headers={"Cache-Control": "no-store"}
    )
