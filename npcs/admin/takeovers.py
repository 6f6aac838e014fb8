"""What game masters said for NPCs, to read; taking over is done in the live view."""

from __future__ import annotations

from django.contrib import admin

from aiworld.sites import server
from aiworld.staff import LogAdmin
from npcs.models import StaffLine, Takeover


@admin.register(Takeover, site=server)
class TakeoverAdmin(LogAdmin):
    list_display = ("conversation", "holder", "taken_at", "active_at", "ended_at")
    list_select_related = ("conversation",)
    search_fields = ("holder", "conversation__player_name")
    ordering = ("-taken_at",)


@admin.register(StaffLine, site=server)
class StaffLineAdmin(LogAdmin):
    list_display = ("created_at", "author", "conversation", "text", "emotion", "claimed_at", "turn")
    list_select_related = ("conversation", "turn")
    search_fields = ("author", "text")
    ordering = ("-id",)
