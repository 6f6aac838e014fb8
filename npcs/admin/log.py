"""What NPCs decided, and who told whom."""

from __future__ import annotations

from django.contrib import admin
from unfold.contrib.filters.admin import AutocompleteSelectFilter

from aiworld.sites import server
from aiworld.staff import LogAdmin
from npcs.models import InformationSharing, NpcDecision


@admin.register(NpcDecision, site=server)
class NpcDecisionAdmin(LogAdmin):
    list_display = ("decided_at", "npc", "situation", "chosen", "source")
    list_select_related = ("npc",)
    list_filter = (("npc", AutocompleteSelectFilter), "source")
    search_fields = ("situation", "chosen", "npc__name")
    readonly_fields = ("decided_at",)


@admin.register(InformationSharing, site=server)
class InformationSharingAdmin(LogAdmin):
    list_display = ("shared_at", "teller", "listener", "told_text", "hops", "distortion")
    list_select_related = ("teller", "listener")
    list_filter = (("teller", AutocompleteSelectFilter), ("listener", AutocompleteSelectFilter))
    search_fields = ("told_text", "teller__name", "listener__name")
    readonly_fields = ("shared_at",)
