"""Keys of map-servers, and people's roles."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from unfold.admin import ModelAdmin

from aiworld.addresses import client_address
from aiworld.errors import Invalid
from aiworld.sites import platform
from tenants import api_keys, audit, key_ring
from tenants.admin.servers import key_page
from tenants.models import ApiKey, Membership, Server


@admin.register(ApiKey, site=platform)
class ApiKeyAdmin(ModelAdmin):  # type: ignore[misc]
    list_display = ("name", "server", "prefix", "state", "created_at", "last_used_at")
    list_select_related = ("server",)
    list_filter = (("revoked_at", admin.EmptyFieldListFilter), "created_at")
    search_fields = ("name", "prefix", "server__name", "server__server_id")
    autocomplete_fields = ("server",)
    readonly_fields = ("prefix", "created_at", "revoked_at", "last_used_at")
    fields = ("server", "name", "expires_at", *readonly_fields)
    add_fieldsets = ((None, {"fields": ("server", "name")}),)
    actions = ("revoke",)

    @admin.display(description="state")
    def state(self, key: ApiKey) -> str:
        if key.revoked_at:
            return "revoked"
        return "expired" if key.expires_at and key.expires_at <= timezone.now() else "usable"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("server", *self.readonly_fields) if obj else self.readonly_fields

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # a revoked key stays, to say that it was one

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if request.method == "POST" and self.has_add_permission(request):
            form = self.get_form(request, None, change=False)(request.POST)
            if form.is_valid():
                chosen = form.cleaned_data
                return self._issue(request, server=chosen["server"], name=chosen["name"])
        response: HttpResponse = super().add_view(request, form_url, extra_context)
        return response

    def _issue(self, request: HttpRequest, *, server: Server, name: str) -> HttpResponse:
        address = client_address(request)
        try:
            made = key_ring.add(
                server, name=name, by=request.user, address=address, beyond_plan=True
            )
        except Invalid as error:
            self.message_user(request, error.message, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())
        self.log_addition(request, made.row, "Issued.")
        return key_page(self, request, server, made.key)

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        api_keys.forget_all()

    @admin.action(description="Revoke the selected keys", permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        rows = list(queryset.filter(revoked_at=None).select_related("server"))
        for row in rows:
            key_ring.revoke(row, by=request.user, address=client_address(request))
            self.log_change(request, row, "Revoked.")
        number = len(rows)
        self.message_user(request, f"{number} key(s) revoked; every process knows in 2 seconds.")


@admin.register(Membership, site=platform)
class MembershipAdmin(ModelAdmin):  # type: ignore[misc]
    list_display = ("user", "server", "role", "created_at")
    list_select_related = ("user", "server")
    list_filter = ("role",)
    search_fields = ("user__username", "user__email", "server__name", "server__server_id")
    autocomplete_fields = ("user", "server")
    fields = ("user", "server", "role")

    def save_model(self, request: HttpRequest, obj: Membership, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        action = "member.role_changed" if change else "member.joined"
        _note(request, obj, action, {"new" if change else "role": obj.role})

    def delete_model(self, request: HttpRequest, obj: Membership) -> None:
        _note(request, obj, "member.removed", {"role": obj.role})
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Membership]) -> None:
        for row in queryset.select_related("user", "server"):
            _note(request, row, "member.removed", {"role": row.role})
        super().delete_queryset(request, queryset)


def _note(request: HttpRequest, row: Membership, action: str, details: dict[str, Any]) -> None:
    """The owner sees in the audit log what the operator did."""
    audit.note(
        row.server,
        actor=request.user,
        action=action,
        target=audit.name_of(row.user),
        details=details,
        address=client_address(request),
    )
