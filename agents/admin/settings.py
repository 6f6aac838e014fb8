"""Every agent with what the owner chose: switched on or off, how often, run now."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agents import overview
from agents.catalogue import AGENTS, BY_KEY
from agents.models import AgentSetting
from aiworld.errors import AIWorldError
from aiworld.sites import server
from aiworld.staff import ServerModelAdmin


class SettingForm(forms.ModelForm):  # type: ignore[type-arg]
    agent = forms.ChoiceField(label=_("Agent"), choices=[(spec.key, spec.key) for spec in AGENTS])

    class Meta:
        model = AgentSetting
        fields = ("agent", "is_on", "every", "most_a_day", "ask_model")

    def clean(self) -> dict[str, Any]:
        """What would change nothing is not taken."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        spec = BY_KEY.get(found.get("agent") or self.instance.agent)
        if spec and found.get("every") and spec.every is None:
            self.add_error("every", _("This agent runs when it is called."))
        if spec and found.get("ask_model") and spec.ask is None:
            self.add_error("ask_model", _("It asks as the NPC's mode and the budget say."))
        return found


@admin.register(AgentSetting, site=server)
class AgentSettingAdmin(ServerModelAdmin):
    form = SettingForm
    list_display = ("agent", "is_on", "every", "most_a_day", "ask_model")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("agent",) if obj else ()

    def get_urls(self) -> list[Any]:
        wrapped = self.admin_site.admin_view
        return [
            path("overview/", wrapped(self.overview_view), name="agents_overview"),
            path("<slug:key>/choose/", wrapped(self.choose_view), name="agents_choose"),
            path("<slug:key>/run/", wrapped(self.run_view), name="agents_run"),
            *super().get_urls(),
        ]

    def overview_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": _("Agents"),
            "agents": overview.agents(),
        }
        return TemplateResponse(request, "staff/agents.html", context)

    def choose_view(self, request: HttpRequest, key: str) -> HttpResponse:
        """To the form of an agent's settings, or to one for an agent that has none yet."""
        if not self.has_change_permission(request) or key not in BY_KEY:
            raise PermissionDenied
        if row := AgentSetting.objects.filter(agent=key).first():
            return HttpResponseRedirect(reverse("admin:agents_agentsetting_change", args=(row.pk,)))
        return HttpResponseRedirect(f"{reverse('admin:agents_agentsetting_add')}?agent={key}")

    def run_view(self, request: HttpRequest, key: str) -> HttpResponse:
        if request.method != "POST" or not self.has_change_permission(request):
            raise PermissionDenied
        try:
            number = overview.run_now(key, by=request.user.get_username())
        except AIWorldError as error:
            self.message_user(request, error.message, messages.ERROR)
        else:
            said = gettext(
                "%(number)d runs of %(agent)s are handed over; reload to see what came of them."
            )
            told = said % {"number": number, "agent": key}
            self.message_user(request, told, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:agents_overview"))
