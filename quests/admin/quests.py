"""Quests and their templates."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from aiworld.errors import AIWorldError, Invalid
from aiworld.sites import server
from aiworld.staff import LogAdmin, ServerModelAdmin
from quests import life, patterns, script_export
from quests.models import DynamicQuest, QuestMember, QuestTemplate


class TemplateForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = QuestTemplate
        fields = "__all__"

    def clean_condition(self) -> str:
        written = str(self.cleaned_data["condition"])
        try:
            patterns.check(written)
        except Invalid as error:
            raise forms.ValidationError(error.message) from None
        return written

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        made = QuestTemplate(
            **{
                name: cleaned.get(name)
                for name in ("objectives", "difficulty", "kind")
                if cleaned.get(name) is not None
            }
        )
        try:
            found = patterns.faults(made, int(cleaned.get("max_level") or 175))
        except (AttributeError, TypeError, ValueError):
            found = [gettext("Objectives are a list: [{kind, target, amount}].")]
        if found:
            self.add_error("objectives", found)
        return cleaned


@admin.register(QuestTemplate, site=server)
class QuestTemplateAdmin(ServerModelAdmin):
    form = TemplateForm
    list_display = (
        "title", "kind", "difficulty", "language", "npc_key", "is_active", "times_used",
    )  # fmt: skip
    list_filter = ("kind", "difficulty", "language", "is_active")
    search_fields = ("key", "title", "text", "npc_key")
    readonly_fields = ("times_used",)
    fieldsets = (
        (None, {"fields": ("title", "key", "text", "language")}),
        (_("Task"), {"fields": ("kind", "objectives", "difficulty")}),
        (
            _("When it is offered"),
            {"fields": ("npc_key", "condition", "min_level", "max_level", "repeats_after",
                        "is_active", "times_used")},
        ),
    )  # fmt: skip


@admin.register(DynamicQuest, site=server)
class DynamicQuestAdmin(ServerModelAdmin):
    list_display = ("title", "npc", "char_id", "kind", "difficulty", "status", "offered_at")
    list_select_related = ("npc",)
    list_filter = ("status", "kind", "difficulty", "source")
    search_fields = ("title", "npc__name", "npc__key", "=char_id")
    date_hierarchy = "offered_at"
    actions = ("approve", "retire", "export")
    readonly_fields = (
        "npc", "char_id", "kind", "objectives", "template", "status", "offered_at", "expires_at",
        "accepted_at", "ended_at", "reward", "source", "level", "language", "slot_id",
        "max_members", "wrong_answers", "decided_by",
    )  # fmt: skip
    fieldsets = (
        (None, {"fields": ("title", "npc", "char_id", "text", "language", "source")}),
        (_("Task"), {"fields": ("kind", "objectives", "difficulty", "level", "template")}),
        (_("Reward"), {"fields": ("reward", "max_members")}),
        (
            _("State"),
            {"fields": ("status", "decided_by", "offered_at", "expires_at", "accepted_at",
                        "ended_at", "time_limit", "slot_id", "wrong_answers")},
        ),
    )  # fmt: skip

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # an NPC offers, nobody else

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Words can be changed until somebody has accepted them; what it pays is the policy's."""
        if obj and obj.status in (DynamicQuest.Status.PROPOSED, DynamicQuest.Status.OFFERED):
            return (*self.readonly_fields, "difficulty", "time_limit")
        return (*self.readonly_fields, "difficulty", "time_limit", "title", "text")

    @admin.action(description=_("Approve: offer it to the character"), permissions=["change"])
    def approve(self, request: HttpRequest, rows: QuerySet[DynamicQuest]) -> None:
        self._decide(request, rows, approve=True)

    @admin.action(description=_("Retire: offer it no longer"), permissions=["change"])
    def retire(self, request: HttpRequest, rows: QuerySet[DynamicQuest]) -> None:
        self._decide(request, rows, approve=False)

    def _decide(self, request: HttpRequest, rows: QuerySet[DynamicQuest], *, approve: bool) -> None:
        done, by = 0, request.user.get_username()
        for quest in rows:
            try:
                life.decide(quest.pk, approve=approve, by=by, now=timezone.now())
            except AIWorldError as error:
                messages.warning(request, f"{quest}: {error.message}")
            else:
                self.log_change(request, quest, "approved" if approve else "retired")
                done += 1
        if done:
            said = ngettext("%(n)s quest decided.", "%(n)s quests decided.", done)
            messages.success(request, said % {"n": done})

    @admin.action(description=_("Export for rAthena: quest_db entries and a script"))
    def export(self, request: HttpRequest, rows: QuerySet[DynamicQuest]) -> HttpResponse:
        archive = script_export.archive(rows.select_related("npc")[: script_export.MOST])
        response = HttpResponse(archive, content_type="application/zip")
        response["Content-Disposition"] = 'attachment; filename="ai-quests.zip"'
        return response


@admin.register(QuestMember, site=server)
class QuestMemberAdmin(LogAdmin):
    list_display = ("quest", "char_id", "counted", "seen", "is_paid", "joined_at")
    list_filter = ("is_paid",)
    search_fields = ("=char_id", "quest__title")
    exclude = ("account",)
