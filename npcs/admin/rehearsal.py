"""The dry run: talk to a character beside its form, with everything shown and nothing stored."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from aiworld.errors import AIWorldError, OverQuota
from aiworld.loops import wait_for
from npcs import own_llm, rehearsal
from npcs.admin.forms import Slider
from npcs.asking import total
from npcs.brief import Turn
from npcs.models import NpcPersonality
from npcs.prompting import LANGUAGE_NAMES
from npcs.rehearsal import Line, Rehearsed
from npcs.scales import Emotion, Sensitivity
from tenants import quotas
from tenants.context import tenant

A_MINUTE, WITH_LLM_A_MINUTE = 30, 6
"""Lines that one person may try out."""
LONGEST = 6
"""Turns of a dry talk that are kept in the page."""
AGE = 86_400
WHY = {
    "given": _("given"),
    "outranked": _("open to this player, but others fit better"),
    "trust": _("withheld: it takes more trust"),
    "condition": _("withheld: its condition is not met"),
    "inactive": _("withheld: switched off"),
}
STEPS = {
    "read": _("read who they are"),
    "meaning": _("meaning of the words"),
    "recall": _("knowledge and memories"),
    "think": _("think"),
}


class LineForm(forms.Form):
    text = forms.CharField(
        label=_("What the player says"),
        max_length=settings.MAX_TEXT_LENGTH,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
    )
    trust = forms.FloatField(
        label=_("Trust"),
        min_value=0,
        max_value=10,
        initial=2.0,
        widget=Slider((_("stranger"), _("friend")), low=0, high=10),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=[("", _("as the words are")), *LANGUAGE_NAMES.items()],
        widget=UnfoldAdminSelectWidget,
    )
    mood = forms.ChoiceField(
        label=_("Mood"),
        required=False,
        choices=[("", _("its own")), *Emotion.choices],
        widget=UnfoldAdminSelectWidget,
    )
    player_name = forms.CharField(
        label=_("Player's name"),
        max_length=50,
        initial="Traveller",
        widget=UnfoldAdminTextInputWidget,
    )
    char_id = forms.IntegerField(
        label=_("Real player"),
        required=False,
        min_value=1,
        max_value=2**63 - 1,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=_("Character id; empty: somebody made up. Their memories are read, not changed."),
    )
    own_trust = forms.BooleanField(
        label=_("With the trust the NPC really has in that player"), required=False
    )
    with_llm = forms.BooleanField(label=_("Ask the language model"), required=False)


class RehearsalPage:
    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.rehearsal_view)  # type: ignore[attr-defined]
        return [
            path("<int:pk>/dry-run/", view, name="npcs_npc_dry_run"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def rehearsal_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        npc = self.get_object(request, str(pk))  # type: ignore[attr-defined]
        if npc is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))  # type: ignore[attr-defined,no-any-return]
        if not self.has_view_permission(request, npc):  # type: ignore[attr-defined]
            raise PermissionDenied
        may_ask = self.has_change_permission(request, npc)  # type: ignore[attr-defined]
        context: dict[str, Any] = {"form": LineForm(), "npc": npc, "may_ask": may_ask}
        if request.method == "POST" and "again" not in request.POST:
            context |= _tried(request, npc, may_ask)
        if request.headers.get("X-Requested-With") == "fetch":
            return TemplateResponse(request, "staff/npc_dry_result.html", context)
        context |= {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            "title": _("Dry run: %(npc)s") % {"npc": npc.name},
            "opts": self.opts,  # type: ignore[attr-defined]
            "model": " · ".join(own_llm.name()),
        }
        return TemplateResponse(request, "staff/npc_dry_run.html", context)


def _tried(request: HttpRequest, npc: NpcPersonality, may_ask: bool) -> dict[str, Any]:
    form = LineForm(request.POST)
    before, lost = _before(request, npc)
    shown: dict[str, Any] = {"form": form, "state": request.POST.get("state", ""), "lost": lost}
    shown["before"] = before
    if not form.is_valid():
        return shown
    said = form.cleaned_data
    if said["with_llm"] and not may_ask:
        raise PermissionDenied
    try:
        _throttle(request.user.pk, with_llm=said["with_llm"])
        found = wait_for(rehearsal.rehearse(_line(npc, said, before)))
    except AIWorldError as error:
        form.add_error("text", error.message)
        return shown
    talk = [*before, *_turns(found)][-2 * LONGEST :]
    return shown | _shown(found) | {"state": _signed(request, npc, talk)}


def _line(npc: NpcPersonality, said: dict[str, Any], before: tuple[Turn, ...]) -> Line:
    real = said["char_id"] is not None
    return Line(
        npc_key=npc.key,
        text=said["text"],
        trust=None if real and said["own_trust"] else said["trust"],
        language=said["language"],
        mood=said["mood"],
        char_id=said["char_id"] if real else rehearsal.MADE_UP,
        player_name=said["player_name"],
        before=before,
        with_llm=said["with_llm"],
    )


def _turns(found: Rehearsed) -> tuple[Turn, Turn]:
    at = found.scene.now
    return (
        Turn(speaker="player", text=found.scene.said.text, at=at),
        Turn(speaker="npc", text=found.thought.text, at=at),
    )


def _shown(found: Rehearsed) -> dict[str, Any]:
    prompt, answer = found.tokens
    knowledge = [(one, WHY[one.why], Sensitivity(one.sensitivity).label) for one in found.knowledge]
    return {
        "found": found,
        "knowledge": knowledge,
        "given": sum(one.given for one in found.knowledge),
        "withheld": sum(one.why in ("trust", "condition", "inactive") for one in found.knowledge),
        "prompt_tokens": prompt,
        "answer_tokens": answer,
        "cost": total(found.thought.paid),
        "currency": settings.LLM_PRICE_CURRENCY,
        "steps": [(STEPS[name], took) for name, took in found.steps],
        "asked": bool(found.thought.calls),
    }


def _salt(request: HttpRequest, npc: NpcPersonality) -> str:
    return f"dry run:{tenant().schema_name}:{npc.pk}:{request.user.pk}"


def _signed(request: HttpRequest, npc: NpcPersonality, talk: list[Turn]) -> str:
    rows = [(turn.speaker, turn.text, turn.at.isoformat()) for turn in talk]
    return signing.dumps(rows, salt=_salt(request, npc), compress=True)


def _before(request: HttpRequest, npc: NpcPersonality) -> tuple[tuple[Turn, ...], bool]:
    """What was said so far, kept in the page and signed; and whether that was lost."""
    state = request.POST.get("state", "")
    if not state:
        return (), False
    try:
        rows = signing.loads(state, salt=_salt(request, npc), max_age=AGE)
    except signing.BadSignature:
        return (), True
    turns = (
        Turn(speaker=speaker, text=text, at=datetime.fromisoformat(at))
        for speaker, text, at in rows
    )
    return tuple(turns)[-2 * LONGEST :], False


def _throttle(user_id: int | None, *, with_llm: bool) -> None:
    """Per person."""
    name = f"dry run:{user_id}:{int(with_llm)}"
    try:
        quotas.take_for(name, limit=WITH_LLM_A_MINUTE if with_llm else A_MINUTE, per_seconds=60)
    except OverQuota as error:
        said = gettext("That was much in one minute. Wait a little.")
        raise OverQuota(said, limit=error.limit, retry_after=error.retry_after) from None
