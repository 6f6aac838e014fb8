"""The live view of one server: what its NPCs say right now, and what staff do about it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from aiworld.errors import AIWorldError, Conflict, Invalid, NotFound
from npcs import flags, standing, takeover, watching, wording
from npcs.scales import Emotion
from npcs.staff_log import Person
from tenants import filters
from tenants.context import tenant

View = Callable[..., HttpResponse]
STATUS: dict[type[AIWorldError], int] = {Invalid: 400, NotFound: 404, Conflict: 409}


def members_only(view: View) -> View:
    @wraps(view)
    def checked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), reverse("admin:login"))
        if getattr(request, "role", None) is None:
            raise PermissionDenied(
                _("You are not a member of this server. Ask its owner to add you.")
            )
        return view(request, *args, **kwargs)

    return checked


def editors_only(view: View) -> View:
    """For scripts: every answer is JSON."""

    @wraps(view)
    def checked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not getattr(request, "may_edit", False):
            error = _("Your role on this server may only look.")
            return JsonResponse({"error": error}, status=403)
        try:
            return view(request, *args, **kwargs)
        except AIWorldError as error:
            status = next((STATUS[kind] for kind in type(error).mro() if kind in STATUS), 500)
            return JsonResponse({"error": error.message}, status=status)

    return checked


@require_safe
@never_cache
@members_only
def live(request: HttpRequest) -> HttpResponse:
    wanted = filters.wanted(request.GET)
    wanted.pop("conversation", None)
    turns = watching.latest(wanted)
    return render(request, "live/live.html", _context(request, turns) | {"wanted": wanted})


@require_safe
@never_cache
@members_only
def conversation(request: HttpRequest, conversation_id: int) -> HttpResponse:
    try:
        talk = watching.conversation(min(conversation_id, watching.MAX_ID))
    except NotFound as error:
        raise Http404(error.message) from error
    shown = watching.before(watching.MAX_ID, talk.pk)
    extra = {
        "talk": talk,
        "more": shown["more"],
        "trust": watching.trust(talk.pk),
        "held": watching.held(talk.pk),
        "mute": standing.muted(talk.char_id),
        "mutes": standing.MUTES,
    }
    return render(request, "live/talk.html", _context(request, shown["turns"]) | extra)


def _context(request: HttpRequest, turns: list[watching.Shown]) -> dict[str, object]:
    upto = watching.newest()
    for turn in turns:
        turn["time"] = parse_datetime(turn["at"])
        turn["feeling"] = wording.EMOTIONS[turn["emotion"]]
        turn["origin"] = wording.SOURCES[turn["source"]]
    server = tenant()
    return {
        "server": server,
        "turns": turns,
        "upto": min(upto, turns[-1]["turn_id"]) if turns else upto,
        "sources": wording.SOURCES.items(),
        "languages": wording.LANGUAGES.items(),
        "emotions": wording.EMOTIONS.items(),
        "reasons": [(reason.value, reason.label) for reason in flags.BY_PEOPLE],
        "may_edit": getattr(request, "may_edit", False),
        "wording": wording.for_scripts(),
        "socket": f"/ws{server.path}live/",
    }


@require_safe
@never_cache
@members_only
def live_turns(request: HttpRequest) -> JsonResponse:
    """?after=<turn id>: the turns a watcher may have missed, oldest first; some it may know.
    Without it, the latest. With the filters of the page, only those that fit."""
    after = request.GET.get("after", "0")
    if not (after.isdecimal() and int(after) <= watching.MAX_ID):
        return JsonResponse({"error": "after is the id of a turn"}, status=400)
    return JsonResponse(watching.since(int(after), filters.wanted(request.GET)))


@require_safe
@never_cache
@members_only
def earlier_turns(request: HttpRequest, conversation_id: int) -> JsonResponse:
    """?before=<turn id>: the page of the conversation before it, oldest first."""
    before = request.GET.get("before", "")
    if not (before.isdecimal() and int(before) <= watching.MAX_ID):
        return JsonResponse({"error": "before is the id of a turn"}, status=400)
    return JsonResponse(watching.before(int(before), conversation_id))


@require_safe
@never_cache
@members_only
def conversation_state(request: HttpRequest, conversation_id: int) -> JsonResponse:
    """Who speaks for the NPC."""
    return JsonResponse(watching.held(conversation_id))


@require_safe
@never_cache
@members_only
@editors_only
def turn_basis(request: HttpRequest, turn_id: int) -> JsonResponse:
    """What the answer was made from."""
    return JsonResponse(watching.basis(turn_id))


@require_POST
@members_only
@editors_only
def flag_turn(request: HttpRequest, turn_id: int) -> JsonResponse:
    reason, note = request.POST.get("reason", ""), request.POST.get("note", "")
    found = flags.flag(turn_id, reason, note=note, user=_person(request))
    return JsonResponse({"turn_id": turn_id, "flags": found})


@require_POST
@members_only
@editors_only
def unflag_turn(request: HttpRequest, turn_id: int) -> JsonResponse:
    found = flags.unflag(turn_id, request.POST.get("reason", ""), user=_person(request))
    return JsonResponse({"turn_id": turn_id, "flags": found})


@require_POST
@members_only
@editors_only
def mute(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """Every NPC answers this player with its script for `minutes`; 0 ends it."""
    talk = watching.conversation(min(conversation_id, watching.MAX_ID))
    minutes = request.POST.get("minutes", "")
    if not minutes.isdecimal() or len(minutes) > 9:
        raise Invalid(_("Choose for how long."), field="minutes")
    standing.mute(
        talk.char_id,
        minutes=int(minutes),
        by=_person(request),
        reason=request.POST.get("reason", ""),
        player_name=talk.player_name,
    )
    return redirect("live_talk", talk.pk)


@require_POST
@members_only
@editors_only
def take(request: HttpRequest, conversation_id: int) -> JsonResponse:
    takeover.take(conversation_id, user=_person(request))
    return JsonResponse(watching.held(conversation_id))


@require_POST
@members_only
@editors_only
def give_back(request: HttpRequest, conversation_id: int) -> JsonResponse:
    takeover.give_back(conversation_id, user=_person(request))
    return JsonResponse(watching.held(conversation_id))


@require_POST
@members_only
@editors_only
def speak(request: HttpRequest, conversation_id: int) -> JsonResponse:
    """The game master's words, as the NPC will say them."""
    text = request.POST.get("text", "")
    emotion = request.POST.get("emotion") or Emotion.NEUTRAL
    takeover.say(conversation_id, text, emotion=emotion, user=_person(request))
    return JsonResponse(watching.held(conversation_id))


@require_POST
@members_only
@editors_only
def still_here(request: HttpRequest, conversation_id: int) -> JsonResponse:
    """Sent by the page while its websocket is open; without it a takeover ends in a minute."""
    takeover.seen(conversation_id, user=_person(request))
    return JsonResponse(watching.held(conversation_id))


def _person(request: HttpRequest) -> Person:
    assert request.user.is_authenticated  # nosec B101 - members_only has seen to it
    return request.user
