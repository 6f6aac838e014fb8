"""The list of characters: its columns of figures, and its filters."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import (
    AllValuesCheckboxFilter,
    ChoicesDropdownFilter,
    FieldTextFilter,
)
from unfold.views import ChangeList

from npcs import figures
from npcs.figures import Figures
from npcs.models import NpcPersonality

COLUMNS = (
    "name", "map_name", "role", "group", "state", "talks_today", "cost_today", "cost_month",
    "last_talk",
)  # fmt: skip
FILTERS = (
    "ai_enabled",
    ("ai_mode", ChoicesDropdownFilter),
    ("map_name", FieldTextFilter),
    ("group", AllValuesCheckboxFilter),
    ("role", AllValuesCheckboxFilter),
    "edited_by_staff",
)


class FiguredList(ChangeList):  # type: ignore[misc]
    result_list: Any

    def get_results(self, request: HttpRequest) -> None:
        """The figures of the rows of this page, and of no others."""
        super().get_results(request)
        npcs: list[Any] = list(self.result_list)
        found = figures.of([npc.pk for npc in npcs], timezone.now())
        for npc in npcs:
            npc.figures = found[npc.pk]
        self.result_list = npcs


class Listing:
    """Columns of the list."""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[FiguredList]:
        return FiguredList

    @admin.display(description=_("AI"), ordering="ai_enabled")
    def state(self, npc: NpcPersonality) -> str:
        if not npc.ai_enabled:
            return format_html('<span class="state off">{}</span>', _("off"))
        return format_html('<span class="state on">{}</span>', npc.get_ai_mode_display())

    @admin.display(description=_("talks today"))
    def talks_today(self, npc: NpcPersonality) -> int:
        return _of(npc).talks_today

    @admin.display(description=_("cost today"))
    def cost_today(self, npc: NpcPersonality) -> str:
        return _money(_of(npc).cost_today)

    @admin.display(description=_("cost this month"))
    def cost_month(self, npc: NpcPersonality) -> str:
        return _money(_of(npc).cost_month)

    @admin.display(description=_("last talk"))
    def last_talk(self, npc: NpcPersonality) -> str:
        at = _of(npc).last_talk_at
        return timesince(at, depth=1) if at else "-"


def _of(npc: Any) -> Figures:
    found: Figures = npc.figures
    return found


def _money(amount: Any) -> str:
    return f"{amount:.4f} {settings.LLM_PRICE_CURRENCY}" if amount else "-"
