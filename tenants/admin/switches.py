"""The operator's switches for every server at once."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from aiworld.sites import platform
from tenants import switches
from tenants.models import PlatformSwitch


@admin.register(PlatformSwitch, site=platform)
class PlatformSwitchAdmin(ModelAdmin):  # type: ignore[misc]
    """A row that is there says what is on; the first one is made by adding it."""

    list_display = ("key", "on", "reason", "changed_at")
    list_display_links = ("key",)
    fields = ("key", "on", "reason", "changed_at")
    readonly_fields = ("changed_at",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("key", "changed_at") if obj else ("changed_at",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        missing = PlatformSwitch.objects.count() < len(PlatformSwitch.Key)
        return bool(super().has_add_permission(request)) and missing

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        switches.forget()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        switches.forget()
