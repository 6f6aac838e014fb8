"""What agents did, what it changed, and taking it back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext, gettext_noop, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import FieldTextFilter

from agents import undoing
from agents.models import AgentChange, AgentDay, AgentRun
from aiworld.errors import AIWorldError
from aiworld.sites import server
from aiworld.staff import LogAdmin, ReadOnly, ServerModelAdmin, ServerTabularInline

PAID = gettext_noop(
    "%(number)d rewards for it have reached players and stay theirs; reverse them in the Reward "
    "ledger if they are not to keep them."
)

LEFT = gettext_noop("%(number)d runs that it called cannot be taken back and stay.")


class ChangeInline(ReadOnly, ServerTabularInline):
    model = AgentChange
    fields = ("action", "label", "row", "before", "after")
    readonly_fields = fields
    extra = 0


@admin.register(AgentRun, site=server)
class AgentRunAdmin(LogAdmin):
    list_display = (
        "began_at", "agent", "subject", "cause", "status", "outcome", "source", "seconds", "cost",
    )  # fmt: skip
    list_filter = (("agent", FieldTextFilter), "status", "cause")
    search_fields = ("subject", "=char_id")
    date_hierarchy = "began_at"
    exclude = ("token", "lease_until", "final", "idle")
    readonly_fields = ("outcome",)
    inlines = (ChangeInline,)
    change_form_outer_after_template = "staff/agent_undo.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[AgentRun]:
        # Counted for the rows of a page: a join would count those of all runs first.
        mine = AgentChange.objects.filter(run=OuterRef("pk")).order_by().values("run")
        number = Subquery(mine.annotate(number=Count("pk")).values("number"))
        found: QuerySet[AgentRun] = super().get_queryset(request)
        return found.annotate(changed=Coalesce(number, 0))

    @admin.display(description=_("what came of it"))
    def outcome(self, run: AgentRun) -> str:
        if run.idle:
            return gettext(run.idle)
        number = getattr(run, "changed", 0)
        return ngettext("%(n)s row", "%(n)s rows", number) % {"n": number} if number else "–"

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.undo_view)
        return [path("<int:pk>/undo/", view, name="agents_undo"), *super().get_urls()]

    def undo_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        if request.method != "POST" or not request.may_edit:  # type: ignore[attr-defined]
            raise PermissionDenied
        return _taken_back(
            self, request, lambda by: undoing.undo(pk, by=by), lambda: undoing.still_paid(pk),
            reverse("admin:agents_agentrun_change", args=(pk,)),
            lambda: undoing.left_standing(pk),
        )  # fmt: skip

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        run = AgentRun.objects.filter(pk=object_id).first() if object_id else None
        reason = gettext(run.final) if run and run.final else ""
        called = undoing.runs_called_by(run) if run else []
        more = {**(extra_context or {}), "final_reason": reason, "called": called}
        page: HttpResponse = super().changeform_view(request, object_id, form_url, more)
        return page


@admin.register(AgentChange, site=server)
class AgentChangeAdmin(LogAdmin):
    list_display = ("run", "position", "action", "label", "row")
    list_select_related = ("run",)
    list_filter = (("label", FieldTextFilter),)
    search_fields = ("=row", "label")


@admin.register(AgentDay, site=server)
class AgentDayAdmin(LogAdmin):
    list_display = ("day", "agent", "runs", "changes")
    list_filter = (("agent", FieldTextFilter),)
    date_hierarchy = "day"
    change_form_outer_after_template = "staff/agent_undo_day.html"

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.undo_view)
        return [path("<int:pk>/undo/", view, name="agents_undo_day"), *super().get_urls()]

    def undo_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        if request.method != "POST" or not request.may_edit:  # type: ignore[attr-defined]
            raise PermissionDenied
        day = get_object_or_404(AgentDay, pk=pk)
        return _taken_back(
            self, request, lambda by: undoing.undo_day(day.agent, day.day, by=by),
            lambda: undoing.still_paid_on(day.agent, day.day),
            reverse("admin:agents_agentday_change", args=(pk,)),
        )  # fmt: skip


def _taken_back(
    page: ServerModelAdmin,
    request: HttpRequest,
    undo: Callable[[User], int],
    still_paid: Callable[[], int],
    back: str,
    left_standing: Callable[[], int] = lambda: 0,
) -> HttpResponse:
    try:
        number = undo(cast(User, request.user))
    except AIWorldError as error:
        page.message_user(request, error.message, messages.ERROR)
    else:
        said = gettext("Taken back: %(number)d rows.") % {"number": number}
        page.message_user(request, said, messages.SUCCESS)
        if paid := still_paid():
            page.message_user(request, gettext(PAID) % {"number": paid}, messages.WARNING)
        if left := left_standing():
            page.message_user(request, gettext(LEFT) % {"number": left}, messages.WARNING)
    return HttpResponseRedirect(back)
