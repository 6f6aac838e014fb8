"""Signs of cheating, to look at and to judge; and how good the learned models are here."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from aiworld.sites import server
from aiworld.staff import LogAdmin, ServerModelAdmin
from world.models import CheatAlert, LearnedModel


@admin.register(CheatAlert, site=server)
class CheatAlertAdmin(ServerModelAdmin):
    list_display = ("found_at", "kind", "char_id", "score", "nights", "verdict", "decided_by")
    list_filter = ("kind", "verdict", "weights")
    search_fields = ("=char_id",)
    fields = ("kind", "char_id", "score", "threshold", "evidence_table", "events", "nights",
              "raised_at", "found_at", "weights", "version", "verdict", "decided_by",
              "decided_at")  # fmt: skip
    readonly_fields = fields
    actions = ("confirm", "dismiss")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("what shows it"))
    def evidence_table(self, row: CheatAlert) -> SafeString:
        """Values are in the units of the features: docs/reference/learned-models.md."""
        lines = (
            (name, f"{value:.2f}", f"{usual:.2f}") for name, value, usual, _fall in row.evidence
        )
        return format_html(
            "<table><tr><th>{}</th><th>{}</th><th>{}</th></tr>{}</table>",
            _("measure"), _("here"), _("usual"),
            format_html_join("", "<tr><td>{}</td><td>{}</td><td>{}</td></tr>", lines),
        )  # fmt: skip

    @admin.display(description=_("events"))
    def events(self, row: CheatAlert) -> SafeString:
        path = reverse("admin:world_gameevent_changelist")
        return format_html('<a href="{}?q={}">{}</a>', path, row.char_id, _("What it did"))

    @admin.action(description=_("It was so"), permissions=["change"])
    def confirm(self, request: HttpRequest, rows: QuerySet[CheatAlert]) -> None:
        self._judge(request, rows, CheatAlert.Verdict.CONFIRMED)

    @admin.action(description=_("It was not so"), permissions=["change"])
    def dismiss(self, request: HttpRequest, rows: QuerySet[CheatAlert]) -> None:
        self._judge(request, rows, CheatAlert.Verdict.DISMISSED)

    def _judge(self, request: HttpRequest, rows: QuerySet[CheatAlert], verdict: str) -> None:
        done = rows.filter(verdict=CheatAlert.Verdict.OPEN).update(
            verdict=verdict, decided_by=request.user.get_username(), decided_at=timezone.now()
        )
        messages.success(request, ngettext("%(n)s alert.", "%(n)s alerts.", done) % {"n": done})


@admin.register(LearnedModel, site=server)
class LearnedModelAdmin(LogAdmin):
    list_display = ("key", "serves", "weights", "value", "baseline", "lived_value", "drift",
                    "drifted", "trained_at", "predicted_at", "note")  # fmt: skip
