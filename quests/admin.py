"""Quests and their templates."""

from __future__ import annotations

from django.contrib import admin

from aiworld.sites import server
from aiworld.staff import ServerModelAdmin
from quests.models import DynamicQuest, QuestTemplate


@admin.register(QuestTemplate, site=server)
class QuestTemplateAdmin(ServerModelAdmin):
    list_display = (
        "title", "kind", "difficulty", "min_level", "max_level", "is_active", "times_used",
    )  # fmt: skip
    list_filter = ("kind", "difficulty", "is_active")
    search_fields = ("key", "title", "text")
    readonly_fields = ("times_used",)
    fieldsets = (
        (None, {"fields": ("title", "key", "text")}),
        ("Task", {"fields": ("kind", "objectives", "difficulty")}),
        ("For whom", {"fields": ("min_level", "max_level", "is_active", "times_used")}),
    )


@admin.register(DynamicQuest, site=server)
class DynamicQuestAdmin(ServerModelAdmin):
    list_display = ("title", "npc", "char_id", "kind", "difficulty", "status", "offered_at")
    list_select_related = ("npc",)
    list_filter = ("status", "kind", "difficulty")
    search_fields = ("title", "npc__name", "npc__key", "=char_id")
    date_hierarchy = "offered_at"
    autocomplete_fields = ("npc", "template")
    readonly_fields = ("offered_at",)
    fieldsets = (
        (None, {"fields": ("title", "npc", "char_id", "text")}),
        ("Task", {"fields": ("kind", "objectives", "difficulty", "template")}),
        ("State", {"fields": ("status", "offered_at", "expires_at", "ended_at")}),
    )
