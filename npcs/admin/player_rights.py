"""Handing a player what is kept of them, and erasing it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from aiworld.addresses import client_address
from npcs.rights.erasing import erase
from npcs.rights.exporting import export


class RightsPages:
    change_form_outer_before_template = "staff/player_tools.html"

    def get_urls(self) -> list[Any]:
        wrapped = self.admin_site.admin_view  # type: ignore[attr-defined]
        return [
            path("<int:pk>/export/", wrapped(self.export_view), name="npcs_player_export"),
            path("<int:pk>/erase/", wrapped(self.erase_view), name="npcs_player_erase"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def export_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        self._editors_only(request)
        found = export(pk, by=request.user, address=client_address(request))  # type: ignore[arg-type]
        response = JsonResponse(found, json_dumps_params={"indent": 1, "ensure_ascii": False})
        response["Content-Disposition"] = f'attachment; filename="player-{pk}.json"'
        response["Cache-Control"] = "no-store"
        return response

    def erase_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The character id has to be typed: there is no way back."""
        self._editors_only(request)
        if request.method == "POST":
            if request.POST.get("typed", "").strip() == str(pk):
                return self._erased(request, pk)
            said = gettext("Nothing was erased: type the character id to confirm.")
            messages.error(request, said)
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            "title": _("Erase character %(id)s") % {"id": pk},
            "opts": self.opts,  # type: ignore[attr-defined]
            "pk": pk,
        }
        return TemplateResponse(request, "staff/player_erase.html", context)

    def _erased(self, request: HttpRequest, pk: int) -> HttpResponse:
        gone = erase(pk, by=request.user, address=client_address(request))  # type: ignore[arg-type]
        said = gettext("Character %(id)s was erased: %(rows)s rows.")
        messages.success(request, said % {"id": pk, "rows": sum(gone.values())})
        return HttpResponseRedirect(reverse("admin:npcs_playerstanding_changelist"))

    def _editors_only(self, request: HttpRequest) -> None:
        if not self.has_change_permission(request):  # type: ignore[attr-defined]
            raise PermissionDenied
