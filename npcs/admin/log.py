"""What NPCs decided, and who told whom."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter

from aiworld.sites import server
from aiworld.staff import LogAdmin
from npcs import gossip, rumours
from npcs.models import InformationSharing, NpcDecision, NpcKnowledge


@admin.register(NpcDecision, site=server)
class NpcDecisionAdmin(LogAdmin):
    list_display = ("decided_at", "npc", "situation", "chosen", "source")
    list_select_related = ("npc",)
    list_filter = (("npc", AutocompleteSelectFilter), "source")
    search_fields = ("situation", "chosen", "npc__name")
    readonly_fields = ("decided_at",)


@admin.register(InformationSharing, site=server)
class InformationSharingAdmin(LogAdmin):
    list_display = ("shared_at", "teller", "listener", "told_text", "hops", "distortion")
    list_select_related = ("teller", "listener")
    list_filter = (("teller", AutocompleteSelectFilter), ("listener", AutocompleteSelectFilter))
    search_fields = ("told_text", "teller__name", "listener__name")
    readonly_fields = ("shared_at",)
    list_before_template = "staff/gossip_tools.html"

    def get_urls(self) -> list[Any]:
        wrapped = self.admin_site.admin_view
        return [
            path("rumours/", wrapped(self.rumours_view), name="npcs_rumours"),
            path("rumours/<int:pk>/", wrapped(self.rumour_view), name="npcs_rumour"),
            *super().get_urls(),
        ]

    def rumours_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self._page(request, "staff/rumours.html", _("Rumours"), rumours=rumours.rumours())

    def rumour_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Where one began and whom it came to; who may edit can stop it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        known = NpcKnowledge.objects.select_related("npc").defer("embedding")
        root = get_object_or_404(known, pk=pk)
        if request.method == "POST":
            if not request.may_edit:  # type: ignore[attr-defined]
                raise PermissionDenied
            number = gossip.stop(root)
            self.log_change(request, root, "Rumour stopped")
            said = gettext("Stopped. %(number)d NPCs keep it to themselves now.")
            self.message_user(request, said % {"number": number})
            return HttpResponseRedirect(request.path)
        way = rumours.way(root)
        if way is None:
            raise Http404
        return self._page(request, "staff/rumour.html", _("The way of a rumour"), way=way)

    def _page(
        self, request: HttpRequest, template: str, title: Any, **context: Any
    ) -> HttpResponse:
        site = self.admin_site.each_context(request)
        return TemplateResponse(request, template, {**site, "title": title, **context})
