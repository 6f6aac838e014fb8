"""Players, factions, events and money."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import FieldTextFilter

from aiworld.sites import server
from aiworld.staff import ByRole, LogAdmin, ServerModelAdmin
from world import hourly_page, overview
from world.admin import gamedata
from world.models import (
    EconomicTransaction,
    FactionNode,
    PlayerInteraction,
    PlayerProfile,
    ReputationScore,
    StandingMove,
    TimelineVisit,
    WorldStateSnapshot,
)
from world.models.factions import TIERS

__all__ = ["gamedata"]  # importing it registers its pages


@admin.register(PlayerProfile, site=server)
class PlayerProfileAdmin(ServerModelAdmin):
    list_display = ("name", "char_id", "base_level", "job", "language", "karma", "last_seen_at")
    list_filter = ("language", "job")
    search_fields = ("name", "=char_id")
    readonly_fields = ("first_seen_at", "last_seen_at")


@admin.register(ReputationScore, site=server)
class ReputationScoreAdmin(ServerModelAdmin):
    list_display = ("player", "faction", "score", "tier", "updated_at")
    list_select_related = ("player", "faction")
    list_filter = ("faction",)
    search_fields = ("player__name", "=player__char_id", "faction__name")
    autocomplete_fields = ("player", "faction")
    readonly_fields = ("tier", "updated_at")
    ordering = ("-updated_at",)


@admin.register(StandingMove, site=server)
class StandingMoveAdmin(LogAdmin):
    list_display = ("moved_at", "player", "faction", "deed", "points", "hops", "reason")
    list_select_related = ("player", "faction")
    list_filter = ("deed",)
    search_fields = ("player__name", "=player__char_id")


@admin.register(TimelineVisit, site=server)
class TimelineVisitAdmin(LogAdmin):
    list_display = ("user_name", "seen_at", "before_at")
    search_fields = ("=user_id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[TimelineVisit]:
        people = User.objects.filter(pk=OuterRef("user_id")).values("username")
        found: QuerySet[TimelineVisit] = super().get_queryset(request)
        return found.annotate(user_name=Subquery(people))

    @admin.display(description=_("Who"), ordering="user_name")
    def user_name(self, row: Any) -> str:
        return row.user_name or str(row.user_id)


@admin.register(FactionNode, site=server)
class FactionNodeAdmin(ServerModelAdmin):
    list_display = ("name", "key", "kind", "parent", "influence")
    list_select_related = ("parent",)
    list_filter = ("kind",)
    search_fields = ("name", "key")
    autocomplete_fields = ("parent",)
    prepopulated_fields = {"key": ("name",)}


@admin.register(PlayerInteraction, site=server)
class PlayerInteractionAdmin(ServerModelAdmin):
    list_display = ("source", "kind", "target", "times", "weight", "last_at")
    list_select_related = ("source", "target")
    list_filter = ("kind",)
    search_fields = ("source__name", "target__name", "=source__char_id", "=target__char_id")
    autocomplete_fields = ("source", "target")
    ordering = ("-last_at",)


@admin.register(WorldStateSnapshot, site=server)
class WorldStateSnapshotAdmin(LogAdmin):
    """Staff may note a state, for what knowledge is told under a condition; they change none."""

    list_display = ("taken_at", "scope")
    fields = ("taken_at", "scope", "state")
    has_add_permission = ByRole.has_add_permission
    list_filter = (("scope", FieldTextFilter),)
    search_fields = ("scope",)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("overview/", view(self.overview), name="world_overview"),
            path("hours/", view(self.hours), name="world_hours"),
            *super().get_urls(),
        ]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"taken_at": timezone.now(), "scope": "world"}

    def hours(self, request: HttpRequest) -> HttpResponse:
        """The stock of each hour, drawn and listed."""
        context = {
            **self.admin_site.each_context(request),
            **hourly_page.shown(request.GET.get("back", "")),
            "title": _("Hour by hour"),
            "opts": self.opts,
        }
        return TemplateResponse(request, "staff/hours.html", context)

    def overview(self, request: HttpRequest) -> HttpResponse:
        """The world at a glance."""
        days = 7 if request.GET.get("days") == "7" else 30
        money = overview.economy(days=days)
        context = {
            "title": _("World"),
            "opts": self.opts,
            "graph": overview.faction_graph(),
            "kinds": FactionNode.Kind.values,
            "width": overview.WIDTH,
            "height": overview.HEIGHT,
            "standings": overview.standings(),
            "tiers": [name for _low, name in TIERS],
            "days": days,
            "money": money,
            "traded": sum(day.number for day in money),
            "plots": _plots(money),
            "events": overview.going_on(),
            "states": overview.states(),
        }
        site = self.admin_site.each_context(request)
        return TemplateResponse(request, "staff/world.html", site | context)


def _plots(money: list[overview.Day]) -> dict[str, Any]:
    lines = (
        ("made", _("came into the world")),
        ("spent", _("left it")),
        ("moved", _("changed hands")),
    )
    return {
        "days": [date_format(day.day, "SHORT_DATE_FORMAT") for day in money],
        "lines": [
            {"label": str(label), "data": [getattr(day, name) for day in money]}
            for name, label in lines
        ],
    }


@admin.register(EconomicTransaction, site=server)
class EconomicTransactionAdmin(LogAdmin):
    list_display = (
        "happened_at", "kind", "zeny", "amount", "item_id", "char_id", "other_char_id", "map_name",
    )  # fmt: skip
    list_filter = ("kind",)
    search_fields = ("=char_id", "=other_char_id", "=item_id")
