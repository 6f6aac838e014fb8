"""Players, factions, events and money."""

from __future__ import annotations

from django.contrib import admin
from unfold.contrib.filters.admin import FieldTextFilter

from aiworld.sites import server
from aiworld.staff import LogAdmin, ServerModelAdmin
from world.models import (
    EconomicTransaction,
    FactionNode,
    PlayerInteraction,
    PlayerProfile,
    ReputationScore,
    WorldEvent,
    WorldStateSnapshot,
)


@admin.register(PlayerProfile, site=server)
class PlayerProfileAdmin(ServerModelAdmin):
    list_display = ("name", "char_id", "base_level", "job", "language", "karma", "last_seen_at")
    list_filter = ("language", "job")
    search_fields = ("name", "=char_id")
    readonly_fields = ("first_seen_at", "last_seen_at")


@admin.register(ReputationScore, site=server)
class ReputationScoreAdmin(ServerModelAdmin):
    list_display = ("player", "faction", "score", "tier", "updated_at")
    list_select_related = ("player", "faction")
    list_filter = ("faction",)
    search_fields = ("player__name", "=player__char_id", "faction__name")
    autocomplete_fields = ("player", "faction")
    readonly_fields = ("tier", "updated_at")
    ordering = ("-updated_at",)


@admin.register(FactionNode, site=server)
class FactionNodeAdmin(ServerModelAdmin):
    list_display = ("name", "key", "kind", "parent", "influence")
    list_select_related = ("parent",)
    list_filter = ("kind",)
    search_fields = ("name", "key")
    autocomplete_fields = ("parent",)
    prepopulated_fields = {"key": ("name",)}


@admin.register(PlayerInteraction, site=server)
class PlayerInteractionAdmin(ServerModelAdmin):
    list_display = ("source", "kind", "target", "times", "weight", "last_at")
    list_select_related = ("source", "target")
    list_filter = ("kind",)
    search_fields = ("source__name", "target__name", "=source__char_id", "=target__char_id")
    autocomplete_fields = ("source", "target")
    ordering = ("-last_at",)


@admin.register(WorldEvent, site=server)
class WorldEventAdmin(ServerModelAdmin):
    list_display = ("title", "kind", "map_name", "severity", "status", "starts_at", "ends_at")
    list_filter = ("status", "kind")
    search_fields = ("title", "description", "map_name")
    date_hierarchy = "starts_at"
    readonly_fields = ("created_at",)


@admin.register(WorldStateSnapshot, site=server)
class WorldStateSnapshotAdmin(LogAdmin):
    list_display = ("taken_at", "scope")
    list_filter = (("scope", FieldTextFilter),)
    search_fields = ("scope",)


@admin.register(EconomicTransaction, site=server)
class EconomicTransactionAdmin(LogAdmin):
    list_display = (
        "happened_at", "kind", "zeny", "amount", "item_id", "char_id", "other_char_id", "map_name",
    )  # fmt: skip
    list_filter = ("kind",)
    search_fields = ("=char_id", "=other_char_id", "=item_id")
