"""Mini-bosses, dungeons and treasure hunts, to read: they are settled by what the game reports."""

from __future__ import annotations

from django.contrib import admin

from aiworld.sites import server
from aiworld.staff import LogAdmin
from world.models import (
    BossFight,
    BossFighter,
    BossRating,
    DungeonDelver,
    DungeonRun,
    TreasureFind,
)


@admin.register(BossRating, site=server)
class BossRatingAdmin(LogAdmin):
    list_display = ("char_id", "monster_id", "rating", "fights", "updated_at")
    search_fields = ("=char_id", "=monster_id")


@admin.register(BossFight, site=server)
class BossFightAdmin(LogAdmin):
    list_display = (
        "begins_at", "map_name", "monster_id", "percent", "win_chance", "status", "ended_at",
    )  # fmt: skip
    list_filter = ("status",)
    search_fields = ("map_name", "=monster_id")


@admin.register(BossFighter, site=server)
class BossFighterAdmin(LogAdmin):
    list_display = ("char_id", "fight", "came", "fell")
    list_select_related = ("fight",)
    search_fields = ("=char_id",)


@admin.register(TreasureFind, site=server)
class TreasureFindAdmin(LogAdmin):
    list_display = ("char_id", "event", "step", "moved_at", "found_at")
    list_select_related = ("event",)
    search_fields = ("=char_id", "event__title")


@admin.register(DungeonRun, site=server)
class DungeonRunAdmin(LogAdmin):
    list_display = ("event", "floor", "slain", "moved_at", "cleared_at")
    list_select_related = ("event",)
    search_fields = ("event__title", "event__map_name")


@admin.register(DungeonDelver, site=server)
class DungeonDelverAdmin(LogAdmin):
    list_display = ("char_id", "event", "slain")
    list_select_related = ("event",)
    search_fields = ("=char_id", "event__title")
