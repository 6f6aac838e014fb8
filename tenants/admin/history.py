"""Who changed what, on either site: each server keeps its own log in its own schema."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.admin.models import LogEntry

from aiworld.sites import platform, server
from aiworld.staff import LogAdmin, PlatformLogAdmin


class Columns:
    list_display = ("action_time", "user", "content_type", "object_repr", "what")
    list_select_related = ("user", "content_type")
    list_filter = ("action_flag", "content_type")
    search_fields = ("object_repr", "user__username")
    fields = ("action_time", "user", "content_type", "object_id", "object_repr", "what")
    readonly_fields = ("action_time", "what")

    @admin.display(description="change")
    def what(self, entry: LogEntry) -> str:
        return entry.get_change_message() or entry.get_action_flag_display()


@admin.register(LogEntry, site=platform)
class PlatformHistoryAdmin(Columns, PlatformLogAdmin):
    pass


@admin.register(LogEntry, site=server)
class ServerHistoryAdmin(Columns, LogAdmin):
    pass
