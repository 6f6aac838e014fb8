"""Golden conversations: kept with one click, run with another, with what came of it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter

from aiworld.errors import AIWorldError
from aiworld.sites import server
from aiworld.staff import LogAdmin, ServerModelAdmin
from npcs import golden
from npcs.models import Conversation, GoldenConversation, GoldenRun, NpcPersonality

SHOWN_RUNS = 10


class GoldenPage:
    """`<npc>/golden/`: the talks of one NPC with their latest results; run one, or all."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.golden_view)  # type: ignore[attr-defined]
        return [
            path("<int:pk>/golden/", view, name="npcs_npc_golden"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def golden_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        npc = self.get_object(request, str(pk))  # type: ignore[attr-defined]
        if npc is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))  # type: ignore[attr-defined,no-any-return]
        if not self.has_view_permission(request, npc):  # type: ignore[attr-defined]
            raise PermissionDenied
        if request.method == "POST":
            if not self.has_change_permission(request, npc):  # type: ignore[attr-defined]
                raise PermissionDenied
            self.message_user(request, *_asked(request, npc))  # type: ignore[attr-defined]
            return HttpResponseRedirect(request.path)
        runs = GoldenRun.objects.order_by("-id")
        kept = GoldenConversation.objects.filter(npc=npc).prefetch_related(
            Prefetch("runs", queryset=runs)
        )
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            "title": _("Golden conversations of %(npc)s") % {"npc": npc.name},
            "opts": self.opts,  # type: ignore[attr-defined]
            "npc": npc,
            "goldens": [(one, list(one.runs.all())[:SHOWN_RUNS]) for one in kept],
        }
        return TemplateResponse(request, "staff/npc_golden.html", context)


def _asked(request: HttpRequest, npc: NpcPersonality) -> tuple[str, int]:
    chosen = GoldenConversation.objects.filter(npc=npc)
    pk = request.POST.get("run", "")
    chosen = chosen.filter(pk=int(pk)) if pk.isdecimal() else chosen.filter(is_active=True)
    number = 0
    try:
        for one in chosen:
            by = request.user.get_username()
            golden.ask(one, by=by, with_llm="with_llm" in request.POST)
            number += 1
    except AIWorldError as error:
        return error.message, messages.ERROR
    said = gettext("%(number)d asked for. The results are here in a moment: load the page again.")
    return said % {"number": number}, messages.SUCCESS


class GoldenRecording:
    """A button on a stored conversation: keep it."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.keep_view)  # type: ignore[attr-defined]
        return [
            path("<int:pk>/golden/", view, name="npcs_conversation_golden"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def keep_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        if request.method != "POST" or not request.may_edit:  # type: ignore[attr-defined]
            raise PermissionDenied
        talk = get_object_or_404(Conversation.objects.select_related("npc"), pk=pk)
        name = gettext("Talk of %(day)s") % {"day": f"{talk.started_at:%Y-%m-%d %H:%M}"}
        try:
            golden.record(talk, name=name, by=request.user.get_username())
        except AIWorldError as error:
            self.message_user(request, error.message, messages.ERROR)  # type: ignore[attr-defined]
            return HttpResponseRedirect(reverse("admin:npcs_conversation_change", args=(pk,)))
        self.message_user(request, gettext("It is kept, and can be run."))  # type: ignore[attr-defined]
        return HttpResponseRedirect(reverse("admin:npcs_npc_golden", args=(talk.npc_id,)))


@admin.register(GoldenConversation, site=server)
class GoldenConversationAdmin(ServerModelAdmin):
    list_display = ("name", "npc", "language", "least", "is_active", "made_by", "created_at")
    list_select_related = ("npc",)
    list_filter = (("npc", AutocompleteSelectFilter), "is_active")
    search_fields = ("name", "npc__name", "npc__key")
    autocomplete_fields = ("npc",)
    fields = (
        ("npc", "name"),
        ("language", "least"),
        "is_active",
        "lines",
        ("made_by", "created_at"),
    )
    readonly_fields = ("made_by", "created_at")


@admin.register(GoldenRun, site=server)
class GoldenRunAdmin(LogAdmin):
    list_display = (
        "asked_at", "golden", "passed", "persona", "language", "safety", "with_llm", "asked_by",
    )  # fmt: skip
    list_select_related = ("golden",)
    list_filter = ("passed", "with_llm")
    search_fields = ("golden__name", "golden__npc__name")
