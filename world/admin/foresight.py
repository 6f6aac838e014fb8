"""Signs of cheating, to look at and to judge; and how good the learned models are here."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display

from aiworld.sites import server
from aiworld.staff import LogAdmin, ServerModelAdmin
from world.foresight import naming
from world.models import CheatAlert, LearnedModel, PlayerProfile

COLOURS = {"open": "warning", "confirmed": "danger", "dismissed": "success"}
SERVING = {"learned": "success", "baseline": "warning"}


def _name(column: str) -> Subquery:
    return Subquery(PlayerProfile.objects.filter(pk=OuterRef(column)).values("name")[:1])


@admin.register(CheatAlert, site=server)
class CheatAlertAdmin(ServerModelAdmin):
    list_display = ("found_at", "kind", "about", "told_score", "nights", "state", "weights",
                    "decided_by")  # fmt: skip
    list_filter = ("kind", "verdict", "weights")
    search_fields = ("=char_id", "=other_char_id")
    fields = ("kind", "about", "told_score", "evidence_table", "events", "nights", "raised_at",
              "found_at", "weights", "version", "verdict", "decided_by",
              "decided_at")  # fmt: skip
    readonly_fields = fields
    actions = ("confirm", "dismiss")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """In the list, by its actions; on a page of one there is nothing to save."""
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[CheatAlert]:
        rows: QuerySet[CheatAlert] = super().get_queryset(request)
        return rows.annotate(of_name=_name("char_id"), other_name=_name("other_char_id"))

    @admin.display(description=_("character"), ordering="char_id")
    def about(self, row: CheatAlert) -> str:
        """Names, where they are known: game masters know names."""
        both = ((row.char_id, row.of_name), (row.other_char_id, row.other_name))  # type: ignore[attr-defined]
        return " + ".join(f"{name} ({pk})" if name else str(pk) for pk, name in both if pk)

    @admin.display(description=_("score / a sign from"), ordering="score")
    def told_score(self, row: CheatAlert) -> str:
        return f"{row.score:.2f} / {row.threshold:.2f}"

    @display(description=_("verdict"), ordering="verdict", label=COLOURS)  # type: ignore[untyped-decorator]
    def state(self, row: CheatAlert) -> tuple[str, str]:
        return row.verdict, row.get_verdict_display()

    @admin.display(description=_("what shows it"))
    def evidence_table(self, row: CheatAlert) -> SafeString:
        """The measures and their units: docs/reference/learned-models.md."""
        found = [
            (name, naming.shown(name, value, usual)) for name, value, usual, _fall in row.evidence
        ]
        lines = (
            (each.name, name, f"{each.here:,.2f}", f"{each.usual:,.2f}") for name, each in found
        )
        return format_html(
            '<table class="plain-table"><thead><tr><th scope="col">{}</th><th scope="col">{}</th>'
            '<th scope="col">{}</th></tr></thead><tbody>{}</tbody></table>',
            _("measure"), _("here"), _("usual"),
            format_html_join(
                "",
                '<tr><td><span title="{1}">{0}</span></td><td class="num">{2}</td>'
                '<td class="num">{3}</td></tr>',
                lines,
            ),
        )  # fmt: skip

    @admin.display(description=_("events"))
    def events(self, row: CheatAlert) -> SafeString:
        path = reverse("admin:world_gameevent_changelist")
        ids = [each for each in (row.char_id, row.other_char_id) if each]
        return format_html_join(
            " · ", '<a class="staff-link" href="{}?q={}">{} {}</a>',
            ((path, each, _("What it did:"), each) for each in ids),
        )  # fmt: skip

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
    list_display = ("key", "answers", "weights", "note", "here", "practice", "told_drift",
                    "trained_at", "predicted_at")  # fmt: skip

    @display(description=_("answers"), ordering="serves", label=SERVING)  # type: ignore[untyped-decorator]
    def answers(self, row: LearnedModel) -> str:
        return row.serves

    @admin.display(description=_("figure / plain rule"))
    def here(self, row: LearnedModel) -> str:
        if row.value is None or row.baseline is None:
            return ""
        return f"{row.value:.3f} / {row.baseline:.3f}"

    @admin.display(description=_("in practice"), ordering="lived_value")
    def practice(self, row: LearnedModel) -> str:
        return "" if row.lived_value is None else f"{row.lived_value:.3f} ({row.lived_rows})"

    @admin.display(description=_("drift"), ordering="drift")
    def told_drift(self, row: LearnedModel) -> str:
        """And of what most."""
        return "" if row.drift is None else f"{row.drift:.2f} ({row.drifted})"
