"""What NPCs know, remember and think of others."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import BooleanField, ExpressionWrapper, Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter, RangeNumericFilter

from aiworld.sites import server
from aiworld.staff import ServerModelAdmin
from npcs import bonds
from npcs.models import ConversationTurn, NpcKnowledge, NpcRelationship

MOVES = 20
"""Turns that moved trust, on the page of a relationship."""


class EmbeddedAdmin(ServerModelAdmin):
    """Rows with a vector: whether there is one is shown, the 384 numbers are not even read."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        rows: QuerySet[Model] = super().get_queryset(request)
        known = ExpressionWrapper(Q(embedding__isnull=False), output_field=BooleanField())
        light: QuerySet[Model] = rows.defer("embedding").annotate(is_embedded=known)
        return light

    @admin.display(description="found by meaning", boolean=True)
    def embedded(self, row: Any) -> bool:
        return bool(row.is_embedded)


@admin.register(NpcKnowledge, site=server)
class NpcKnowledgeAdmin(EmbeddedAdmin):
    list_display = (
        "__str__", "npc", "pack", "sensitivity", "condition", "origin", "is_active", "embedded",
    )  # fmt: skip
    list_select_related = ("npc", "pack")
    list_filter = (
        ("npc", AutocompleteSelectFilter),
        ("pack", AutocompleteSelectFilter),
        "sensitivity",
        "origin",
        "is_active",
    )
    search_fields = ("topic", "text", "npc__name", "npc__key")
    autocomplete_fields = ("npc", "pack")
    actions = ("activate", "deactivate")
    fields = (
        ("npc", "pack"), "topic", "text", ("sensitivity", "is_active"),
        ("condition", "may_spread"),
        ("origin", "branch"), ("attribution", "hops"), "position", ("created_at", "updated_at"),
    )  # fmt: skip
    readonly_fields = ("origin", "branch", "attribution", "hops", "created_at", "updated_at")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("npc", "pack", *self.readonly_fields) if obj else self.readonly_fields

    @admin.action(description="Let NPCs tell the selected knowledge", permissions=["change"])
    def activate(self, request: HttpRequest, queryset: Any) -> None:
        self._set_active(request, queryset, True)

    @admin.action(description="Keep the selected knowledge back", permissions=["change"])
    def deactivate(self, request: HttpRequest, queryset: Any) -> None:
        self._set_active(request, queryset, False)

    def _set_active(self, request: HttpRequest, queryset: Any, active: bool) -> None:
        number = NpcKnowledge.objects.filter(pk__in=queryset.values("pk")).set_active(active)
        self.message_user(request, f"{number} piece(s) of knowledge changed.")


@admin.register(NpcRelationship, site=server)
class NpcRelationshipAdmin(ServerModelAdmin):
    list_display = (
        "npc", "player_name", "char_id", "other_npc", "trust", "bond", "talks", "last_met_at",
    )  # fmt: skip
    list_select_related = ("npc", "other_npc")
    list_filter = (("npc", AutocompleteSelectFilter), ("trust", RangeNumericFilter))
    search_fields = ("player_name", "=char_id", "npc__name", "other_npc__name")
    autocomplete_fields = ("npc", "other_npc")
    fieldsets = (
        (None, {"fields": ("npc",)}),
        ("With a player", {"fields": (("player_name", "char_id"), "trust", "last_reason")}),
        ("With an NPC", {"fields": ("other_npc", ("bond", "bond_resting"))}),
        ("So far", {"fields": (
            ("talks", "trust_day", "trust_moved"), ("mood", "mood_strength", "mood_at"),
            "first_met_at", "reasons",
        )}),
    )  # fmt: skip
    readonly_fields = (
        "first_met_at", "talks", "trust_day", "trust_moved", "mood", "mood_strength", "mood_at",
        "reasons",
    )  # fmt: skip

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        bonds.left_at(obj, form.changed_data)
        super().save_model(request, obj, form, change)

    @admin.display(description=_("why trust moved"))
    def reasons(self, row: NpcRelationship) -> str:
        """The latest turns that moved it, with what the player said."""
        if row.pk is None or row.char_id is None:
            return "-"
        turns = (
            ConversationTurn.objects.filter(
                conversation__npc_id=row.npc_id, conversation__char_id=row.char_id
            )
            .exclude(trust_change=0)
            .order_by("-id")[:MOVES]
        )
        lines = (
            (date_format(turn.created_at, "SHORT_DATETIME_FORMAT"), f"{turn.trust_change:+.2f}",
             turn.trust_reason, turn.player_text)
            for turn in turns
        )  # fmt: skip
        return format_html_join("", "<div>{} {} {}: {}</div>", lines) or "-"
