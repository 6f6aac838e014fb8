"""What the map-server reported, and its sums, to read."""

from __future__ import annotations

from django.contrib import admin
from unfold.contrib.filters.admin import FieldTextFilter

from aiworld.sites import server
from aiworld.staff import LogAdmin
from world.models import ActivityHour, GameEvent, GameEventId


@admin.register(GameEvent, site=server)
class GameEventAdmin(LogAdmin):
    list_display = (
        "happened_at", "kind", "char_id", "other_char_id", "map_name", "target_id", "number",
        "zeny",
    )  # fmt: skip
    list_filter = (("kind", FieldTextFilter), ("map_name", FieldTextFilter))
    search_fields = ("=char_id", "=other_char_id")


@admin.register(GameEventId, site=server)
class GameEventIdAdmin(LogAdmin):
    list_display = ("digest", "received_at")
    search_fields = ("=digest",)


@admin.register(ActivityHour, site=server)
class ActivityHourAdmin(LogAdmin):
    list_display = ("hour", "kind", "map_name", "number", "zeny")
    list_filter = (("kind", FieldTextFilter), ("map_name", FieldTextFilter))
    search_fields = ("kind", "map_name")
