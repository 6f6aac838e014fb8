"""What was said, to read."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter, RangeNumericFilter

from aiworld.sites import server
from aiworld.staff import ByRole, LogAdmin
from npcs.admin.golden import GoldenRecording
from npcs.models import CachedAnswer, Conversation, ConversationTurn, DialogueEmbedding, TurnFlag

SHOWN_TURNS = 200
MOST_TALKS = 500
"""Talks of players of a name that a search of turns looks into, the latest first."""


@admin.register(Conversation, site=server)
class ConversationAdmin(GoldenRecording, LogAdmin):
    list_display = ("player_name", "npc", "map_name", "language", "turn_count", "last_turn_at")
    list_select_related = ("npc",)
    list_filter = (("npc", AutocompleteSelectFilter), "language")
    search_fields = ("player_name", "=char_id", "npc__name", "npc__key")
    readonly_fields = ("npc_link",)
    fields = (
        ("npc_link", "map_name"),
        ("player_name", "char_id"),
        ("language", "turn_count"),
        ("started_at", "last_turn_at"),
    )
    change_form_outer_after_template = "staff/chat.html"

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return ByRole.has_delete_permission(self, request, obj)

    @admin.display(description=_("NPC"))
    def npc_link(self, conversation: Conversation) -> str:
        url = reverse("admin:npcs_npcpersonality_change", args=(conversation.npc_id,))
        return format_html('<a class="staff-link" href="{}">{}</a>', url, conversation.npc)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        conversation = self.get_object(request, object_id)
        turns = conversation.turns.order_by("-id")[:SHOWN_TURNS] if conversation else ()
        context = {"turns": list(turns)[::-1], **(extra_context or {})}
        response: HttpResponse = super().change_view(request, object_id, form_url, context)
        return response


@admin.register(ConversationTurn, site=server)
class ConversationTurnAdmin(LogAdmin):
    list_display = (
        "created_at", "player", "player_text", "npc_text", "emotion", "trust", "source",
        "latency_ms",
    )  # fmt: skip
    list_select_related = ("conversation__npc",)
    list_filter = (
        "source",
        "emotion",
        ("trust", RangeNumericFilter),
        ("conversation__npc", AutocompleteSelectFilter),
    )
    search_fields = ("player_text", "npc_text", "request_id__exact")
    ordering = ("-id",)
    fieldsets = (
        (None, {"fields": ("conversation", "player_text", "npc_text", "created_at")}),
        (_("Mind"), {"fields": (("intent", "emotion"), ("trust", "trust_change", "trust_reason"))}),
        (
            _("How it was answered"),
            {
                "fields": (
                    ("source", "spoken_by"),
                    ("model", "prompt_version"),
                    ("tokens", "latency_ms"),
                    ("facts_used", "memories_used"),
                    "request_id",
                )
            },
        ),
    )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[ConversationTurn], search_term: str
    ) -> tuple[QuerySet[ConversationTurn], bool]:
        """Words of the talk, by their index, or a player's name: as a join in one condition with
        the words it would have every turn read."""
        found, several = super().get_search_results(request, queryset, search_term)
        if not (name := search_term.strip()):
            return found, several
        talks = Conversation.objects.filter(player_name__icontains=name).order_by("-last_turn_at")
        ids = list(talks.values_list("pk", flat=True)[:MOST_TALKS])
        return (found | queryset.filter(conversation__in=ids) if ids else found), several

    @admin.display(description=_("who"))
    def player(self, turn: ConversationTurn) -> str:
        return f"{turn.conversation.player_name} → {turn.conversation.npc.name}"


@admin.register(TurnFlag, site=server)
class TurnFlagAdmin(LogAdmin):
    """What somebody should look at. Deleting a flag says that it has been."""

    list_display = ("created_at", "reason", "talk", "player_text", "npc_text", "note", "by")
    list_select_related = ("turn__conversation__npc",)
    list_filter = ("reason", ("turn__conversation__npc", AutocompleteSelectFilter))
    search_fields = ("turn__player_text", "turn__npc_text", "note", "flagged_by")
    fields = ("talk", "player_text", "npc_text", "reason", "note", "by", "created_at")
    readonly_fields = ("talk", "player_text", "npc_text", "by", "created_at")
    ordering = ("-id",)
    has_delete_permission = ByRole.has_delete_permission

    @admin.display(description=_("conversation"))
    def talk(self, flag: TurnFlag) -> str:
        talk = flag.turn.conversation
        url = reverse("live_talk", args=(talk.pk,))
        names = f"{talk.player_name} → {talk.npc.name}"
        return format_html('<a class="staff-link" href="{}">{}</a>', url, names)

    @admin.display(description=_("player"))
    def player_text(self, flag: TurnFlag) -> str:
        return flag.turn.player_text

    @admin.display(description=_("NPC"))
    def npc_text(self, flag: TurnFlag) -> str:
        return flag.turn.npc_text

    @admin.display(description=_("flagged by"))
    def by(self, flag: TurnFlag) -> str:
        return flag.flagged_by or str(_("noticed automatically"))


@admin.register(DialogueEmbedding, site=server)
class DialogueEmbeddingAdmin(LogAdmin):
    list_display = ("said", "npc", "created_at")
    list_select_related = ("turn", "npc")
    list_filter = (("npc", AutocompleteSelectFilter),)
    search_fields = ("turn__player_text", "npc__name")
    fields = ("turn", "npc", "created_at")
    readonly_fields = ("created_at",)
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[DialogueEmbedding]:
        rows: QuerySet[DialogueEmbedding] = super().get_queryset(request)
        return rows.defer("embedding")

    @admin.display(description=_("what was said"))
    def said(self, row: DialogueEmbedding) -> str:
        return row.turn.player_text[:80]


@admin.register(CachedAnswer, site=server)
class CachedAnswerAdmin(LogAdmin):
    list_display = ("npc", "text", "intent", "model", "expires_at")
    list_select_related = ("npc",)
    list_filter = (("npc", AutocompleteSelectFilter), "intent")
    search_fields = ("text",)
    exclude = ("embedding",)
