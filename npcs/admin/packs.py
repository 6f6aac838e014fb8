"""Knowledge that many share: what is in a pack, and whom it is for."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import admin
from django.contrib.postgres.fields import ArrayField
from django.db.models import Count, QuerySet, TextField
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.widgets import UnfoldAdminExpandableTextareaWidget, UnfoldAdminTextInputWidget

from aiworld.sites import server
from aiworld.staff import ServerModelAdmin, ServerTabularInline
from npcs.exchange import bundles
from npcs.exchange.applying import facts_of
from npcs.models import KnowledgePack, NpcKnowledge


class FactsInline(ServerTabularInline):
    model = NpcKnowledge
    fields = ("topic", "text", "sensitivity", "condition", "is_active")
    formfield_overrides = {TextField: {"widget": UnfoldAdminExpandableTextareaWidget}}
    extra = 1
    per_page = 50
    hide_title = True
    verbose_name_plural = _("Facts of the pack")

    def get_queryset(self, request: HttpRequest) -> QuerySet[NpcKnowledge]:
        rows: QuerySet[NpcKnowledge] = super().get_queryset(request)
        return rows.defer("embedding")


@admin.register(KnowledgePack, site=server)
class KnowledgePackAdmin(ServerModelAdmin):
    list_display = (
        "name",
        "attribution",
        "map_name",
        "role",
        "group",
        "faction",
        "number",
        "is_active",
    )
    list_filter = ("is_active",)
    search_fields = ("name", "attribution", "facts__text")
    inlines = (FactsInline,)
    fieldsets = (
        (None, {"fields": ("name", "attribution", "is_active")}),
        (
            _("Whom it is for: all of what is said; nothing said, everybody"),
            {"fields": (("map_name", "role"), ("group", "faction"), "keys", "reaches")},
        ),
    )
    formfield_overrides = {ArrayField: {"widget": UnfoldAdminTextInputWidget}}
    readonly_fields = ("reaches",)
    actions_detail = ("export",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[KnowledgePack]:
        rows: QuerySet[KnowledgePack] = super().get_queryset(request)
        return rows.annotate(size=Count("facts"))

    @admin.display(description=_("facts"), ordering="size")
    def number(self, pack: Any) -> int:
        return int(pack.size)

    @admin.display(description=_("NPCs who share it"))
    def reaches(self, pack: KnowledgePack) -> str:
        names = list(pack.npcs().values_list("name", flat=True)[:11]) if pack.pk else []
        more = " ..." if len(names) > 10 else ""
        return ", ".join(names[:10]) + more if names else "-"

    @action(description=_("Export"), icon="download")  # type: ignore[untyped-decorator]
    def export(self, request: HttpRequest, object_id: str) -> HttpResponse:
        pack = self.get_object(request, object_id)
        if pack is None:
            gone: HttpResponse = self._get_obj_does_not_exist_redirect(
                request, self.opts, object_id
            )
            return gone
        facts = facts_of(pack.facts.defer("embedding"))
        data = bundles.write_pack(pack.name, facts, attribution=pack.attribution)
        response = HttpResponse(data.encode(), content_type="application/yaml")
        name = re.sub(r"\W+", "-", pack.name, flags=re.ASCII).strip("-") or "pack"
        response["Content-Disposition"] = f'attachment; filename="{name}.yaml"'
        return response
