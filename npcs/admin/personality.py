"""The page of one NPC."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet, TextField
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import AllValuesCheckboxFilter, FieldTextFilter
from unfold.widgets import UnfoldAdminExpandableTextareaWidget

from aiworld.sites import server
from aiworld.staff import ServerModelAdmin, ServerTabularInline
from npcs.editing import note_edit
from npcs.models import (
    Conversation,
    NpcDecision,
    NpcKnowledge,
    NpcMemory,
    NpcPersonality,
    NpcRelationship,
)
from npcs.models.personality import TRAITS

RELATED: tuple[tuple[str, type[Model], str], ...] = (
    ("Conversations", Conversation, "conversation"),
    ("Memories", NpcMemory, "npcmemory"),
    ("Relationships", NpcRelationship, "npcrelationship"),
    ("Knowledge", NpcKnowledge, "npcknowledge"),
    ("Decisions", NpcDecision, "npcdecision"),
)


class Slider(forms.NumberInput):
    """0-1 with its value beside it; static/staff.js keeps the value up to date."""

    input_type = "range"

    def __init__(self) -> None:
        super().__init__(attrs={"min": 0, "max": 1, "step": 0.01, "class": "slider"})

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        slider = super().render(name, value, attrs, renderer)
        return format_html(
            '<span class="slider-row">{}<output for="id_{}">{}</output></span>', slider, name, value
        )


class NpcForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = NpcPersonality
        fields = "__all__"
        help_texts = {
            "key": "Map and unique name of the NPC, as in prontera/Guard#1. It cannot be changed "
            "later: memories and conversations belong to it."
        }

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"]
        place, slash, name = key.partition("/")
        if not (place and slash and name):
            raise forms.ValidationError("Write the map, a slash and the NPC's unique name.")
        return key


class KnowledgeInline(ServerTabularInline):
    model = NpcKnowledge
    fields = ("topic", "text", "sensitivity", "is_active")
    formfield_overrides = {TextField: {"widget": UnfoldAdminExpandableTextareaWidget}}
    extra = 0
    per_page = 20
    hide_title = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[NpcKnowledge]:
        rows: QuerySet[NpcKnowledge] = super().get_queryset(request)
        return rows.defer("embedding")


@admin.register(NpcPersonality, site=server)
class NpcAdmin(ServerModelAdmin):
    form = NpcForm
    formfield_overrides = {TextField: {"widget": UnfoldAdminExpandableTextareaWidget}}
    list_display = ("name", "map_name", "role", "mood", "ai_enabled", "edited_by_staff", "version")
    list_filter = (
        "ai_enabled",
        ("map_name", FieldTextFilter),
        ("role", AllValuesCheckboxFilter),
        "edited_by_staff",
    )
    search_fields = ("name", "key", "map_name", "role")
    inlines = (KnowledgeInline,)
    actions = ("enable_ai", "disable_ai")
    readonly_fields = (
        "role_reason", "script_source", "edited_by_staff", "version", "created_at", "updated_at",
        "related",
    )  # fmt: skip
    fieldsets = (
        ("Who", {"fields": ("name", "key", "role", "background", "speech_style")}),
        ("Personality", {"fields": TRAITS}),
        ("Mind", {"fields": ("ai_enabled", ("alignment", "mood"))}),
        ("Place", {"fields": (("map_name", "sprite"), ("x", "y"))}),
        (
            "Import",
            {
                "fields": (
                    ("script_source", "role_reason"),
                    ("edited_by_staff", "version"),
                    ("created_at", "updated_at"),
                )
            },
        ),
    )

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in TRAITS:
            return db_field.formfield(widget=Slider())
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("key", *self.readonly_fields) if obj else self.readonly_fields

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj else ()

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        sections = tuple(super().get_fieldsets(request, obj))
        return (("See also", {"fields": ("related",)}), *sections) if obj else sections[:-1]

    def save_model(
        self, request: HttpRequest, obj: NpcPersonality, form: Any, change: bool
    ) -> None:
        note_edit(obj, form.changed_data)
        super().save_model(request, obj, form, change)

    @admin.display(description="more")
    def related(self, npc: NpcPersonality) -> str:
        links = (
            (
                reverse(f"admin:npcs_{name}_changelist"),
                npc.pk,
                title,
                model._default_manager.filter(npc=npc).count(),
            )
            for title, model, name in RELATED
        )
        return format_html_join(
            " · ", '<a class="staff-link" href="{}?npc__id__exact={}">{} ({})</a>', links
        )

    @admin.action(description="Let the selected NPCs answer by AI", permissions=["change"])
    def enable_ai(self, request: HttpRequest, queryset: Any) -> None:
        self._set_ai(request, queryset, True)

    @admin.action(
        description="Give the selected NPCs back to their scripts", permissions=["change"]
    )
    def disable_ai(self, request: HttpRequest, queryset: Any) -> None:
        self._set_ai(request, queryset, False)

    def _set_ai(self, request: HttpRequest, npcs: Any, enabled: bool) -> None:
        chosen = list(npcs)
        number = NpcPersonality.objects.filter(pk__in=[npc.pk for npc in chosen]).set_ai(enabled)
        for npc in chosen:
            self.log_change(request, npc, "Answers by AI." if enabled else "Answers by script.")
        self.message_user(
            request, f"{number} NPC(s) now answer by {'AI' if enabled else 'script'}."
        )
