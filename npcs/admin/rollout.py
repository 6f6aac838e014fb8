"""The page that switches AI on for a town, step by step."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from aiworld.errors import AIWorldError
from npcs import rollout
from npcs.admin.bulk import log, told

SHOWN = 50


class StepForm(forms.Form):
    target = forms.TypedChoiceField(
        label=_("How many answer by AI then"), coerce=int, widget=UnfoldAdminSelectWidget
    )
    order = forms.ChoiceField(
        label=_("Who comes first"),
        choices=[
            ("talked", _("those players have talked to most")),
            ("busy", _("those on maps where players talk most")),
            ("map", _("map by map, A to Z")),
        ],
        widget=UnfoldAdminSelectWidget,
    )
    map_name = forms.ChoiceField(label=_("On map"), required=False, widget=UnfoldAdminSelectWidget)

    def __init__(self, state: rollout.State, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        steps = {step for step in rollout.STEPS if state.on < step < state.total}
        targets = sorted(steps | {state.next_step, min(state.total, rollout.STEPS[-1])})
        self.fields["target"].choices = [(step, step) for step in targets]  # type: ignore[attr-defined]
        maps = [(name, name) for name in rollout.maps()]
        self.fields["map_name"].choices = [("", _("all maps")), *maps]  # type: ignore[attr-defined]


class RolloutPage:
    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.rollout_view)  # type: ignore[attr-defined]
        return [path("rollout/", view, name="npcs_rollout"), *super().get_urls()]  # type: ignore[misc]

    def rollout_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):  # type: ignore[attr-defined]
            raise PermissionDenied
        if request.method == "POST":
            if not self.has_change_permission(request):  # type: ignore[attr-defined]
                raise PermissionDenied
            if self._roll(request):
                return HttpResponseRedirect(request.path)
        return self._rollout_page(request)

    def _roll(self, request: HttpRequest) -> bool:
        """Whether something was done."""
        by = request.user.get_username()
        try:
            if "undo" in request.POST:
                done = rollout.undo(request.POST["undo"], by=by)
                log(request, done, "ai_enabled: False (roll-out undone)")
            else:
                form = StepForm(rollout.state(), request.POST)
                if not form.is_valid():
                    said = gettext("Somebody else was faster. Look at the page again.")
                    self.message_user(request, said, messages.ERROR)  # type: ignore[attr-defined]
                    return True
                done = rollout.step(**form.cleaned_data, by=by)
                log(request, done, "ai_enabled: True (roll-out)")
        except AIWorldError as error:
            self.message_user(request, error.message, messages.ERROR)  # type: ignore[attr-defined]
            return True
        self.message_user(request, told(len(done), len(done)))  # type: ignore[attr-defined]
        return True

    def _rollout_page(self, request: HttpRequest) -> HttpResponse:
        state = rollout.state()
        first = {"target": state.next_step, "order": rollout.ORDERS[0], "map_name": ""}
        asked = {name: request.GET.get(name) or value for name, value in first.items()}
        form = StepForm(state, asked)
        chosen = form.cleaned_data if form.is_valid() else first
        ones = rollout.next_ones(
            cast(int, chosen["target"]),
            cast(rollout.Order, chosen["order"]),
            map_name=cast(str, chosen["map_name"]),
        )
        number = len(ones)
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            "title": _("Roll out AI"),
            "opts": self.opts,  # type: ignore[attr-defined]
            "state": state,
            "form": form,
            "chosen": chosen,
            "number": number,
            "ones": ones[:SHOWN],
            "more": max(number - SHOWN, 0),
            "latest": rollout.latest(),
        }
        return TemplateResponse(request, "staff/npc_rollout.html", context)
