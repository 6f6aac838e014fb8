"""What can be done to many characters at once. Each first says to how many, and to whom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from aiworld.errors import AIWorldError
from npcs import changes
from npcs.models import NpcPersonality
from npcs.scales import AIMode
from npcs.syncing import MAX_CELL

SHOWN = 20
MOST_EXPORTED = 100
Change = Callable[[QuerySet[NpcPersonality]], object]


class Nothing(forms.Form):
    """What needs no more than a yes."""


class ModeForm(forms.Form):
    ai_mode = forms.ChoiceField(
        label=_("AI mode"), choices=AIMode.choices, widget=UnfoldAdminSelectWidget
    )


class GroupForm(forms.Form):
    group = forms.CharField(
        label=_("Group"),
        max_length=40,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Empty: they belong to no group any more."),
    )


class MoveForm(forms.Form):
    map_name = forms.RegexField(
        r"^[a-z0-9_@#.-]{1,24}$",
        label=_("Map"),
        widget=UnfoldAdminTextInputWidget,
        error_messages={"invalid": _("A map's name has small letters, digits and _ @ # . -")},
        help_text=_("Only here: where they stand in the game is the map-server's to say."),
    )
    x = forms.IntegerField(
        min_value=0, max_value=MAX_CELL, initial=0, widget=UnfoldAdminIntegerFieldWidget
    )
    y = forms.IntegerField(
        min_value=0, max_value=MAX_CELL, initial=0, widget=UnfoldAdminIntegerFieldWidget
    )


class BulkActions:
    """Mixed into the characters' admin; `log_actions`, `message_user` and the site are its."""

    @admin.action(description=_("Let the selected NPCs answer by AI"), permissions=["change"])
    def enable_ai(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        return self._ask(request, queryset, "enable_ai", Nothing, lambda form: {"ai_enabled": True})

    @admin.action(
        description=_("Give the selected NPCs back to their scripts"), permissions=["change"]
    )
    def disable_ai(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        return self._ask(
            request, queryset, "disable_ai", Nothing, lambda form: {"ai_enabled": False}
        )

    @admin.action(description=_("Set the AI mode: budget, normal, full"), permissions=["change"])
    def set_mode(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        return self._ask(request, queryset, "set_mode", ModeForm, lambda form: form.cleaned_data)

    @admin.action(description=_("Put the selected NPCs in a group"), permissions=["change"])
    def set_group(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        return self._ask(request, queryset, "set_group", GroupForm, lambda form: form.cleaned_data)

    @admin.action(description=_("Move the selected NPCs"), permissions=["change"])
    def move(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        return self._ask(request, queryset, "move", MoveForm, lambda form: form.cleaned_data)

    @admin.action(description=_("Export the selected NPCs"), permissions=["view"])
    def export(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        keys = list(queryset.values_list("key", flat=True)[: MOST_EXPORTED + 1])
        if len(keys) > MOST_EXPORTED:
            said = gettext(
                "Choose at most %(most)d, or export by map, role or group on the export page."
            )
            self.message_user(request, said % {"most": MOST_EXPORTED}, messages.ERROR)  # type: ignore[attr-defined]
            return None
        query = urlencode({"keys": "\n".join(keys)})
        return HttpResponseRedirect(f"{reverse('admin:npcs_exchange_export')}?{query}")

    def _ask(
        self,
        request: HttpRequest,
        queryset: Any,
        action: str,
        form_class: type[forms.Form],
        values: Callable[[Any], dict[str, Any]],
    ) -> HttpResponse | None:
        confirmed = "post" in request.POST
        form = form_class(request.POST if confirmed else None)
        if confirmed and form.is_valid():
            self._apply(request, queryset, values(form))
            return None
        return self._confirmation(request, queryset, action, form)

    def _apply(self, request: HttpRequest, queryset: Any, values: dict[str, Any]) -> None:
        said = ", ".join(f"{name}: {value}" for name, value in values.items())
        ids = list(queryset.order_by("pk").values_list("pk", flat=True)[: changes.MOST + 1])
        try:
            done = changes.apply(
                ids,
                lambda rows: rows.update(**values),
                by=request.user.get_username(),
                reason=said,
            )
        except AIWorldError as error:
            self.message_user(request, error.message, messages.ERROR)  # type: ignore[attr-defined]
            return
        log(request, done, said)
        self.message_user(request, told(len(done), len(ids)))  # type: ignore[attr-defined]

    def _confirmation(
        self, request: HttpRequest, queryset: Any, action: str, form: forms.Form
    ) -> HttpResponse:
        number = queryset.count()
        _call, _name, description = self.get_action(action)  # type: ignore[attr-defined]
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            "title": description,
            "opts": self.opts,  # type: ignore[attr-defined]
            "form": form,
            "action": action,
            "number": number,
            "most": changes.MOST,
            "too_many": number > changes.MOST,
            "sample": queryset[:SHOWN],
            "more": max(number - SHOWN, 0),
            "selected": request.POST.getlist("_selected_action"),
            "across": request.POST.get("select_across", "0"),
        }
        return TemplateResponse(request, "staff/npc_bulk.html", context)


def told(changed: int, chosen: int) -> str:
    said = ngettext("%(number)d NPC changed.", "%(number)d NPCs changed.", changed) % {
        "number": changed
    }
    if chosen > changed:
        same = gettext("%(number)d were so already.") % {"number": chosen - changed}
        said = f"{said} {same}"
    return said


def log(request: HttpRequest, npcs: list[NpcPersonality], said: str) -> None:
    """One entry each, in one statement."""
    if npcs and request.user.pk is not None:
        LogEntry.objects.log_actions(request.user.pk, npcs, CHANGE, change_message=said)
