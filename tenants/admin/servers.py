"""Game servers: made and removed with their schemas, never as plain rows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.html import format_html
from unfold.admin import ModelAdmin, TabularInline

from aiworld.addresses import client_address
from aiworld.errors import AIWorldError
from aiworld.sites import platform
from tenants import api_keys, audit, provisioning
from tenants.lifecycle import CHANGEABLE
from tenants.models import Membership, Server, ServerDomain

GENERATED = (
    "server_id",
    "schema_name",
    "created_at",
    "last_handshake_at",
    "delete_after",
    "pages",
)
BUDGET = ("budget_allowed", "monthly_budget", "budget_soft_percent")
MOVES = {
    ("active", "suspended"): "server.suspended",
    ("suspended", "active"): "server.resumed",
    ("leaving", "active"): "server.kept",
}


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
    fields = (
        "status",
        *CHANGEABLE,
        "budget_allowed",
        "monthly_budget",
        "budget_soft_percent",
        *GENERATED,
    )
    add_fieldsets = (
        (None, {"fields": tuple(name for name in CHANGEABLE if name != "ai_enabled")}),
    )
    delete_confirmation_template = "staff/server_delete.html"
    compressed_fields = True

    @admin.display(description="pages")
    def pages(self, server: Server) -> str:
        # Absolute: `reverse` would look in the platform's own URLs.
        return format_html(
            '<a class="staff-link" href="{0}admin/">admin</a> · '
            '<a class="staff-link" href="{0}live/">live</a> · '
            '<a class="staff-link" href="/servers/{1}/">portal</a>',
            server.path,
            server.server_id,
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
        except AIWorldError as error:
            self.message_user(request, error.message, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())
        self.log_addition(request, made.server, "Provisioned.")
        return key_page(self, request, made.server, made.api_key)

    def save_model(self, request: HttpRequest, obj: Server, form: Any, change: bool) -> None:
        if obj.status != Server.Status.LEAVING:
            obj.delete_after = None
        super().save_model(request, obj, form, change)
        self._note(request, obj, form)
        api_keys.forget_all()  # a suspended server's calls are refused from now on

    def _note(self, request: HttpRequest, server: Server, form: Any) -> None:
        """In the owner's log too."""
        fields = [name for name in form.changed_data if name in form.cleaned_data]
        changes = {name: [form.initial.get(name), form.cleaned_data[name]] for name in fields}
        old, new = changes.pop("status", (None, None))
        address = client_address(request)
        if new:
            action = MOVES.get((str(old), str(new)), "server.changed")
            audit.note(server, actor=request.user, action=action, address=address)
        if changes:
            audit.note(server, actor=request.user, action="server.changed", details=changes,
                       address=address)  # fmt: skip

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """A server leaves by its owner's wish, with a date, or is deleted here at once."""
        if db_field.name == "status":
            here = request.resolver_match and request.resolver_match.kwargs.get("object_id")
            leaving = Server.objects.filter(pk=here or None, status=Server.Status.LEAVING).exists()
            kwargs["choices"] = [
                (state.value, state.label)
                for state in Server.Status
                if leaving or state != Server.Status.LEAVING
            ]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

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
        audit.note(obj, actor=request.user, action="server.removed", target=obj.name,
                   address=client_address(request))  # fmt: skip
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
