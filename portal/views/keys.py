"""Keys of a server."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from aiworld.addresses import client_address
from aiworld.errors import AIWorldError
from portal.access import Visit, member, show
from portal.confirming import ask
from portal.key_page import key_shown
from portal.outcome import attempt
from tenants import key_ring
from tenants.models import ApiKey, Role

STATES: dict[key_ring.State, tuple[Promise, str]] = {
    key_ring.State.ACTIVE: (gettext_lazy("active"), "good"),
    key_ring.State.EXPIRING: (gettext_lazy("ends soon"), "wait"),
    key_ring.State.EXPIRED: (gettext_lazy("expired"), ""),
    key_ring.State.REVOKED: (gettext_lazy("revoked"), "bad"),
}
OVERLAPS: dict[str, tuple[Promise, Promise]] = {
    "now": (
        gettext_lazy("Not at all"),
        gettext_lazy("The key is in wrong hands. Your map-server is cut off until it has the new."),
    ),
    "1h": (gettext_lazy("1 hour"), gettext_lazy("You are about to restart the map-server.")),
    "24h": (gettext_lazy("24 hours"), gettext_lazy("A good choice for most.")),
    "7d": (gettext_lazy("7 days"), gettext_lazy("Several map-servers share the key.")),
}
ORDER = list(key_ring.State)
"""What works stands first."""
SHOWN = 200


@dataclass(frozen=True)
class Shown:
    row: ApiKey
    state: key_ring.State
    words: Promise
    badge: str

    @property
    def may_rotate(self) -> bool:
        return self.state is key_ring.State.ACTIVE

    @property
    def may_revoke(self) -> bool:
        return self.state in (key_ring.State.ACTIVE, key_ring.State.EXPIRING)


@require_http_methods(["GET", "HEAD", "POST"])
@member(Role.ADMIN)
def keys(request: HttpRequest, visit: Visit) -> HttpResponse:
    context: dict[str, object] = {}
    if request.method == "POST":
        try:
            name = request.POST.get("name", "")
            made = key_ring.add(
                visit.server, name=name, by=visit.user, address=client_address(request)
            )
            return key_shown(request, visit, made.key)
        except AIWorldError as error:
            context = {"error": error.message, "name": name}
    rows = visit.server.api_keys.order_by(F("revoked_at").desc(nulls_first=True), "-created_at")
    context |= {
        "tab": "keys",
        "keys": sorted(map(_shown, rows[:SHOWN]), key=lambda shown: ORDER.index(shown.state)),
        "lasting": key_ring.lasting(visit.server),
        "most": key_ring.most(visit.server),
    }
    return show(request, visit, "portal/keys.html", context)


def _shown(row: ApiKey) -> Shown:
    state = key_ring.state(row)
    return Shown(row, state, *STATES[state])


@require_http_methods(["GET", "HEAD", "POST"])
@member(Role.ADMIN)
def rotate(request: HttpRequest, visit: Visit, pk: int) -> HttpResponse:
    row = get_object_or_404(visit.server.api_keys, pk=pk)
    context: dict[str, object] = {"tab": "keys", "key": row, "overlaps": OVERLAPS.items()}
    if request.method == "POST":
        overlap = key_ring.OVERLAPS.get(request.POST.get("overlap", ""))
        try:
            if overlap is None:
                context["error"] = _("Choose how long the old key shall go on working.")
            else:
                made = key_ring.rotate(
                    row, overlap=overlap, by=visit.user, address=client_address(request)
                )
                return key_shown(request, visit, made.key)
        except AIWorldError as error:
            context["error"] = error.message
    return show(request, visit, "portal/key_rotate.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member(Role.ADMIN)
def revoke(request: HttpRequest, visit: Visit, pk: int) -> HttpResponse:
    row = get_object_or_404(visit.server.api_keys, pk=pk)
    if request.method != "POST":
        return ask(
            request,
            visit,
            tab="keys",
            title=_("Revoke the key %(name)s?") % {"name": row.name},
            text=_(
                "Whoever uses it is refused within two seconds, your map-server too. This cannot "
                "be undone. To change a key that is in use, rotate it instead."
            ),
            button=_("Revoke"),
        )
    attempt(
        request,
        lambda: key_ring.revoke(row, by=visit.user, address=client_address(request)),
        done=_("The key was revoked. Every process refuses it within two seconds."),
    )
    return redirect("portal:keys", visit.server.server_id)
