"""Where a character stands, on a picture of its map."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from npcs import map_drawing, map_images
from npcs.map_drawing import Mark, Sheet
from npcs.models import NpcPersonality

KEPT = 3600
"""Seconds a browser keeps a picture."""


class PlacePicture:
    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.map_image, cacheable=True)  # type: ignore[attr-defined]
        return [path("maps/<str:name>.png", view, name="npcs_map_image"), *super().get_urls()]  # type: ignore[misc]

    def map_image(self, request: HttpRequest, name: str) -> HttpResponse:
        if not self.has_view_permission(request):  # type: ignore[attr-defined]
            raise PermissionDenied
        image = map_images.find(name)
        if image is None:
            raise Http404("no picture of this map")
        headers = {"Cache-Control": f"private, max-age={KEPT}"}
        return HttpResponse(image.path.read_bytes(), content_type="image/png", headers=headers)

    @admin.display(description=_("on the map"))
    def picture(self, npc: NpcPersonality) -> str:
        image = map_images.find(npc.map_name)
        if image is None:
            return "-"
        address = reverse("admin:npcs_map_image", args=(npc.map_name,))
        sheet = Sheet(width=image.width, height=image.height, picture=address)
        said = gettext("%(npc)s stands at %(x)d, %(y)d of %(map)s.")
        told = {"npc": npc.name, "x": npc.x, "y": npc.y, "map": npc.map_name}
        marks = [Mark(npc.x, npc.y, "npc", npc.name)]
        return map_drawing.svg(sheet, marks, said=said % told, name="map-picture")


def is_pictured(npc: NpcPersonality | None) -> bool:
    return npc is not None and map_images.find(npc.map_name) is not None
