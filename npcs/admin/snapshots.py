"""Characters as they were."""

from __future__ import annotations

from django.contrib import admin
from unfold.contrib.filters.admin import AutocompleteSelectFilter

from aiworld.sites import server
from aiworld.staff import ByRole, LogAdmin
from npcs.models import NpcSnapshot


@admin.register(NpcSnapshot, site=server)
class NpcSnapshotAdmin(LogAdmin):
    list_display = ("label", "npc", "made_by", "created_at", "size_bytes")
    list_select_related = ("npc",)
    list_filter = (("npc", AutocompleteSelectFilter),)
    search_fields = ("label", "npc__name", "npc__key")
    fields = ("npc", "label", "parts", "size_bytes", ("made_by", "created_at"))
    readonly_fields = ("created_at",)
    has_delete_permission = ByRole.has_delete_permission
