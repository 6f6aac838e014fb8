"""What happened in a server's world while its owner was away."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from npcs import map_images
from portal.access import Visit, member, show
from tenants.context import in_tenant
from world import timeline_page, visits


@require_safe
@member()
def world(request: HttpRequest, visit: Visit) -> HttpResponse:
    counts = visits.is_counted(request.method or "", request.headers.get("Sec-Purpose", ""))
    with in_tenant(visit.server):
        found = timeline_page.shown(
            request.GET.get("back", ""),
            place=request.GET.get("map", ""),
            picture=lambda name: reverse("portal:map_image", args=(visit.server.server_id, name)),
            visited=visits.come(visit.user.pk, counts=counts),
        )
    return show(request, visit, "portal/world.html", {"tab": "world", **found})


@require_safe
@member()
def map_image(request: HttpRequest, visit: Visit, name: str) -> HttpResponse:
    image = map_images.find(name)
    if image is None:
        raise Http404("no picture of this map")
    return HttpResponse(image.path.read_bytes(), content_type="image/png")
