"""The page of one NPC, and the list of all."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.db.models import Model, QuerySet, TextField
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminExpandableTextareaWidget

from aiworld.sites import server
from aiworld.staff import ServerModelAdmin, ServerTabularInline
from npcs.admin.bulk import BulkActions
from npcs.admin.exploit_lab import ExploitLabPage
from npcs.admin.forms import NpcForm, widget_of
from npcs.admin.golden import GoldenPage
from npcs.admin.history import HistoryPages
from npcs.admin.listing import COLUMNS, FILTERS, Listing
from npcs.admin.place import PlacePicture, is_pictured
from npcs.admin.rehearsal import RehearsalPage
from npcs.admin.rollout import RolloutPage
from npcs.admin.snapshots import SnapshotPages
from npcs.junk import junk
from npcs.models import (
    Conversation,
    NpcDecision,
    NpcKnowledge,
    NpcMemory,
    NpcPersonality,
    NpcRelationship,
)
from npcs.models.personality import TRAITS
from npcs.scales import Sensitivity

RELATED: tuple[tuple[Any, type[Model], str], ...] = (
    (_("Conversations"), Conversation, "conversation"),
    (_("Memories"), NpcMemory, "npcmemory"),
    (_("Relationships"), NpcRelationship, "npcrelationship"),
    (_("Knowledge"), NpcKnowledge, "npcknowledge"),
    (_("Decisions"), NpcDecision, "npcdecision"),
)
BESIDE = 5


class KnowledgeInline(ServerTabularInline):
    """The knowledge of one tier. Choosing another sensitivity moves a fact to that tier."""

    model = NpcKnowledge
    tier = Sensitivity.PUBLIC
    fields = ("topic", "text", "sensitivity", "condition", "is_active")
    formfield_overrides = {TextField: {"widget": UnfoldAdminExpandableTextareaWidget}}
    extra = 0
    per_page = 20
    hide_title = True
    verbose_name_plural = _("Public knowledge: everybody is told")

    def get_queryset(self, request: HttpRequest) -> QuerySet[NpcKnowledge]:
        rows: QuerySet[NpcKnowledge] = super().get_queryset(request)
        own = rows.exclude(origin=NpcKnowledge.Origin.HEARD)  # hearsay is not for editing here
        return own.filter(sensitivity=self.tier).defer("embedding")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "sensitivity":
            kwargs["initial"] = self.tier
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class PrivateInline(KnowledgeInline):
    tier = Sensitivity.PRIVATE
    verbose_name_plural = _("Private knowledge: from trust 5")


class SecretInline(KnowledgeInline):
    tier = Sensitivity.SECRET
    verbose_name_plural = _("Secrets: from trust 8")


class ConfidentialInline(KnowledgeInline):
    tier = Sensitivity.CONFIDENTIAL
    verbose_name_plural = _("Confidential knowledge: at trust 10 only")


@admin.register(NpcPersonality, site=server)
class NpcAdmin(
    Listing,
    BulkActions,
    RolloutPage,
    RehearsalPage,
    ExploitLabPage,
    SnapshotPages,
    GoldenPage,
    PlacePicture,
    HistoryPages,
    ServerModelAdmin,
):
    form = NpcForm
    formfield_overrides = {TextField: {"widget": UnfoldAdminExpandableTextareaWidget}}
    list_display = COLUMNS
    list_filter = FILTERS
    search_fields = ("name", "key", "map_name", "role", "group")
    list_before_template = "staff/npc_list_tools.html"
    change_form_outer_before_template = "staff/npc_tools.html"
    change_form_outer_after_template = "staff/npc_after.html"
    inlines = (KnowledgeInline, PrivateInline, SecretInline, ConfidentialInline)
    actions = ("enable_ai", "disable_ai", "set_mode", "set_group", "move", "export")
    readonly_fields = (
        "role_reason", "script_source", "edited_by_staff", "version", "created_at", "updated_at",
        "related", "picture",
    )  # fmt: skip
    fieldsets: Any = (
        (
            _("Who"),
            {"fields": ("name", "key", "role", ("group", "faction"), "background", "speech_style")},
        ),
        (_("Personality"), {"fields": (*TRAITS, "alignment", "mood")}),
        (_("Answers"), {"fields": (("ai_enabled", "ai_mode"), "trust_gain")}),
        (_("Place"), {"fields": (("map_name", "sprite"), ("x", "y"))}),
        (
            _("Import"),
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
        if widget := widget_of(db_field.name):
            return db_field.formfield(widget=widget)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        if obj and not self.has_change_permission(request, obj):
            return tuple(dict.fromkeys((*flatten_fieldsets(self.fieldsets), *self.readonly_fields)))
        return ("key", *self.readonly_fields) if obj else self.readonly_fields

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj else ()

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        who, personality, answers, (place, where), imported = super().get_fieldsets(request, obj)
        if not obj:
            return who, personality, answers, (place, where)
        if is_pictured(obj):
            where = {"fields": (*where["fields"], "picture")}
        see_also = (_("See also"), {"fields": ("related",)})
        return see_also, who, personality, answers, (place, where), imported

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        beside: dict[str, Any] = {}
        if object_id.isdecimal():
            of = {"npc_id": int(object_id)}
            players = NpcRelationship.objects.filter(**of, char_id__isnull=False)
            beside = {
                "talks": Conversation.objects.filter(**of)[:BESIDE],
                "relationships": players.order_by("-trust")[:BESIDE],
                "junk": junk(int(object_id)),
            }
        response: HttpResponse = super().change_view(
            request, object_id, form_url, {"beside": beside, **(extra_context or {})}
        )
        return response

    @admin.display(description=_("more"))
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
