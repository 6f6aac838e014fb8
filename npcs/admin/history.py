"""What persons changed: of one character, with diff and revert, and of all."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from aiworld.sites import server
from aiworld.staff import LogAdmin
from npcs import changes
from npcs.editing import PERSONA, note_edit
from npcs.models import NpcPersonality

NpcChange = NpcPersonality.history.model
REVERT = "npcs_npcpersonality_simple_history"


class HistoryPages(SimpleHistoryAdmin):  # type: ignore[misc]
    """The history of one character. Looking is for every role, reverting for those who may edit:
    upstream's view checks that for its button only, not for the form it is sent."""

    object_history_list_template = "staff/npc_history.html"
    history_list_per_page = 30

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, extra_context: Any = None
    ) -> HttpResponse:
        if not (object_id.isdecimal() and version_id.isdecimal()):
            raise Http404("no such version")
        if request.method == "POST" and not self.has_change_permission(request):
            raise PermissionDenied
        response: HttpResponse = super().history_form_view(
            request, object_id, version_id, extra_context
        )
        return response

    def history_form_view_title(self, request: HttpRequest, obj: Any) -> str:
        return str(_("As it was: %(npc)s") % {"npc": obj})

    def save_model(
        self, request: HttpRequest, obj: NpcPersonality, form: Any, change: bool
    ) -> None:
        if change:
            changes.baseline([obj.pk])
            stored = NpcPersonality.objects.get(pk=obj.pk)
            note_edit(
                obj, {name for name in PERSONA if getattr(stored, name) != getattr(obj, name)}
            )
            if request.resolver_match and request.resolver_match.url_name == REVERT:
                obj._change_reason = "reverted"  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)


@admin.register(NpcChange, site=server)
class NpcChangeAdmin(LogAdmin):
    list_display = ("history_date", "name", "kind", "history_user_id", "history_change_reason")
    list_filter = ("history_type",)
    search_fields = ("name", "key", "=history_user_id")
    readonly_fields = ("history_date",)
    ordering = ("-history_id",)

    @admin.display(description=_("what"))
    def kind(self, row: Any) -> str:
        said: str = row.get_history_type_display()
        return said
