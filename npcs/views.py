"""The live view of one server: what its NPCs say right now."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from npcs import watching
from npcs.scales import Source
from tenants.context import tenant

View = Callable[[HttpRequest], HttpResponse]
MAX_ID = 2**63 - 1


def members_only(view: View) -> View:
    @wraps(view)
    def checked(request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), reverse("admin:login"))
        if getattr(request, "role", None) is None:
            raise PermissionDenied("You are not a member of this server. Ask its owner to add you.")
        return view(request)

    return checked


@require_safe
@never_cache
@members_only
def live(request: HttpRequest) -> HttpResponse:
    server = tenant()
    turns = watching.latest()
    for turn in turns:
        turn["time"] = parse_datetime(turn["at"])
    context = {
        "server": server,
        "turns": turns,
        "sources": Source.choices,
        "socket": f"/ws{server.path}live/",
        "catch_up": reverse("live_turns"),
    }
    return render(request, "live/live.html", context)


@require_safe
@never_cache
@members_only
def live_turns(request: HttpRequest) -> JsonResponse:
    """?after=<turn id>: the turns a watcher may have missed, oldest first; some it may know."""
    after = request.GET.get("after", "0")
    if not (after.isdecimal() and int(after) <= MAX_ID):
        return JsonResponse({"error": "after is the id of a turn"}, status=400)
    return JsonResponse({"turns": watching.since(int(after))})
