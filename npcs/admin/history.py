"""What persons changed, over all characters."""

from __future__ import annotations

from django.contrib import admin

from aiworld.sites import server
from aiworld.staff import LogAdmin
from npcs.models import NpcPersonality

NpcChange = NpcPersonality.history.model


@admin.register(NpcChange, site=server)
class NpcChangeAdmin(LogAdmin):
    list_display = (
        "history_date",
        "name",
        "history_type",
        "history_user_id",
        "history_change_reason",
    )
    list_filter = ("history_type",)
    search_fields = ("name", "key", "=history_user_id")
    readonly_fields = ("history_date",)
    ordering = ("-history_id",)
