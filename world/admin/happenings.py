"""World events: what goes on, announcing, taking back, limits, and what happened meanwhile."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from aiworld.errors import AIWorldError, Invalid
from aiworld.sites import server
from aiworld.staff import ServerModelAdmin
from npcs.pages import encodable
from tenants.context import tenant
from world import timeline_page, visits
from world.happenings import limits, planning
from world.happenings.kinds import MOST_BYTES
from world.happenings.planning import Happening
from world.market import alerts
from world.models import WorldEvent, WorldEventLimit


class AnnouncementForm(forms.Form):
    text = forms.CharField(
        label=_("Announcement"),
        max_length=MOST_BYTES,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text=_("What every player reads, one line. NPCs speak of it, too."),
    )
    map_name = forms.CharField(
        label=_("Map"),
        required=False,
        max_length=24,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Only there; empty: everywhere."),
    )
    minutes = forms.IntegerField(
        label=_("Ends after minutes"),
        initial=60,
        min_value=1,
        max_value=30 * 1_440,
        widget=UnfoldAdminIntegerFieldWidget,
    )

    def happening(self) -> Happening:
        said = self.cleaned_data
        return Happening(
            kind="announcement",
            title=said["text"][:120],
            map_name=said["map_name"],
            data={"text": said["text"]},
            ends_at=timezone.now() + timedelta(minutes=said["minutes"]),
        )


class WorldEventForm(forms.ModelForm):  # type: ignore[type-arg]
    def clean(self) -> dict[str, Any]:
        """What the API refuses is refused here, too."""
        said = super().clean() or self.cleaned_data
        kind = said.get("kind", "")
        try:
            if "data" in said:
                said["data"] = planning.data_of(kind, said["data"] or {})
            if kind and kind != self.initial.get("kind"):
                limits.check(kind)
        except AIWorldError as error:
            self.add_error("data" if isinstance(error, Invalid) else "kind", error.message)
        return said


@admin.register(WorldEvent, site=server)
class WorldEventAdmin(ServerModelAdmin):
    form = WorldEventForm
    list_display = (
        "title", "kind", "map_name", "severity", "status", "made_by", "starts_at", "ends_at",
    )  # fmt: skip
    list_filter = ("status", "kind", "made_by")
    search_fields = ("title", "description", "map_name")
    date_hierarchy = "starts_at"
    readonly_fields = ("created_at", "made_by", "retracted")
    actions = ("retract",)
    actions_list = ("to_announce", "to_timeline")

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("announce/", view(self.announce), name="world_announce"),
            path("timeline/", view(self.timeline), name="world_timeline"),
            *super().get_urls(),
        ]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Taken back instead: readers of the stream have to hear that it is over."""
        return False

    @admin.action(description=_("Take back: over at once, and forgotten"))
    def retract(self, request: HttpRequest, rows: QuerySet[WorldEvent]) -> None:
        if not self.has_change_permission(request):
            raise PermissionDenied
        number = len([planning.retract(row.pk) for row in rows])
        words = ngettext("%(n)d event was taken back.", "%(n)d events were taken back.", number)
        self.message_user(request, words % {"n": number}, messages.SUCCESS)

    @action(description=_("Announce"), url_path="to-announce")  # type: ignore[untyped-decorator]
    def to_announce(self, request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:world_announce"))

    @action(description=_("What happened"), url_path="to-timeline")  # type: ignore[untyped-decorator]
    def to_timeline(self, request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:world_timeline"))

    def announce(self, request: HttpRequest) -> HttpResponse:
        """An announcement with an end; previewed as often as one likes before it is made."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = AnnouncementForm(request.POST or None)
        preview = None
        if request.method == "POST" and form.is_valid():
            try:
                if "announce" in request.POST:
                    row, _known = planning.plan(form.happening(), made_by="staff")
                    self.log_addition(request, row, "announced")
                    self.message_user(request, gettext("It is announced."), messages.SUCCESS)
                    return HttpResponseRedirect(reverse("admin:world_worldevent_changelist"))
                preview = _preview(form.happening())
            except AIWorldError as error:
                form.add_error(None, error.message)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Announce"),
            "opts": self.opts,
            "form": form,
            "preview": preview,
        }
        return TemplateResponse(request, "staff/announce.html", context)

    def timeline(self, request: HttpRequest) -> HttpResponse:
        """What happened while one was away."""
        purpose = request.headers.get("Sec-Purpose", "")
        counts = visits.is_counted(request.method or "", purpose)
        context = {
            **self.admin_site.each_context(request),
            **timeline_page.shown(
                request.GET.get("back", ""),
                place=request.GET.get("map", ""),
                picture=lambda name: reverse("admin:npcs_map_image", args=(name,)),
                visited=visits.come(request.user.pk or 0, counts=counts),
            ),
            "title": _("What happened"),
            "opts": self.opts,
            "outliers": alerts.outliers()[:10],
            "circles": alerts.circles()[:10],
        }
        return TemplateResponse(request, "staff/timeline.html", context)


def _preview(happening: Happening) -> dict[str, Any]:
    row = planning.checked(happening, made_by="staff")
    page = tenant().code_page
    text = encodable(row.data["text"], page)
    return {
        "text": text,
        "bytes": len(text.encode(page)),
        "place": row.map_name,
        "until": row.ends_at,
        "used": limits.used(row.kind),
        "most": limits.per_day(row.kind),
    }


class WorldEventLimitForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = WorldEventLimit
        fields = ("kind", "per_day")
        help_texts = {
            "kind": _("A kind of event; or all: then per day are points of world change, which all "
                      "agents together may spend."),
        }  # fmt: skip


@admin.register(WorldEventLimit, site=server)
class WorldEventLimitAdmin(ServerModelAdmin):
    form = WorldEventLimitForm
    list_display = ("kind", "per_day")
    search_fields = ("kind",)
