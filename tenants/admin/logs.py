"""What happened, to read: jobs, who did what to which server, how map-servers connected."""

from __future__ import annotations

from django.contrib import admin

from aiworld.sites import platform
from aiworld.staff import PlatformLogAdmin
from tenants import audit
from tenants.models import AuditEntry, HandshakeAttempt, Job


@admin.register(Job, site=platform)
class JobAdmin(PlatformLogAdmin):
    list_display = ("created_at", "kind", "state", "step", "server", "started_by", "attempts")
    list_select_related = ("server", "started_by")
    list_filter = ("state", "kind")
    search_fields = ("id", "server__name", "server__server_id", "started_by__username")


@admin.register(AuditEntry, site=platform)
class AuditEntryAdmin(PlatformLogAdmin):
    list_display = ("created_at", "actor_name", "what", "target", "server_public_id", "address")
    list_filter = ("action",)
    search_fields = ("server_public_id", "actor_name", "target")
    date_hierarchy = "created_at"

    @admin.display(description="what", ordering="action")
    def what(self, entry: AuditEntry) -> str:
        return audit.words_for(entry.action)


@admin.register(HandshakeAttempt, site=platform)
class HandshakeAttemptAdmin(PlatformLogAdmin):
    list_display = ("at", "server", "outcome", "detail", "address", "client", "count")
    list_select_related = ("server",)
    list_filter = ("outcome",)
    search_fields = ("server__name", "server__server_id", "address")
