"""What NPCs remember: found by words or by meaning, corrected, forgotten, brought back."""

from __future__ import annotations

import uuid
from datetime import datetime, time
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from pgvector.django import CosineDistance
from unfold.contrib.filters.admin import (
    AutocompleteSelectFilter,
    FieldTextFilter,
    RangeDateFilter,
    RangeNumericFilter,
)
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextInputWidget,
)

from aiworld.errors import AIWorldError
from aiworld.sites import server
from aiworld.staff import LogAdmin
from inference import client
from npcs import pruning
from npcs.admin.mind import EmbeddedAdmin
from npcs.junk import junk
from npcs.models import MemoryUndo, NpcMemory, NpcPersonality
from npcs.pruning import Which

NEAREST = 100
"""Memories that a search by meaning shows."""
SECONDS = 3.0
"""For the encoder."""


class SearchBy(admin.SimpleListFilter):
    title = _("search by")
    parameter_name = "by"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("meaning", _("Meaning, in any words"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[NpcMemory]) -> QuerySet[NpcMemory]:
        return queryset  # get_search_results asks for `value`


class PruneForm(forms.Form):
    npc = forms.CharField(
        label=_("NPC"),
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Its key, as in prontera/Guard#1."),
    )
    map_name = forms.CharField(
        label=_("Map"), required=False, max_length=24, widget=UnfoldAdminTextInputWidget
    )
    char_id = forms.IntegerField(
        label=_("About character (id)"),
        required=False,
        min_value=1,
        widget=UnfoldAdminIntegerFieldWidget,
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        required=False,
        choices=[("", _("all")), *NpcMemory.Kind.choices],
        widget=UnfoldAdminSelectWidget,
    )
    before = forms.DateField(label=_("Before"), required=False, widget=UnfoldAdminSingleDateWidget)
    below = forms.FloatField(
        label=_("Importance below"),
        required=False,
        min_value=0,
        max_value=10,
        widget=UnfoldAdminDecimalFieldWidget,
    )

    def clean_npc(self) -> int | None:
        key = self.cleaned_data["npc"].strip()
        if not key:
            return None
        found = NpcPersonality.objects.filter(key=key).values_list("pk", flat=True).first()
        if found is None:
            raise forms.ValidationError(_("There is no such NPC."))
        return found

    def which(self) -> Which:
        said = dict(self.cleaned_data)
        if before := said["before"]:
            said["before"] = timezone.make_aware(datetime.combine(before, time.min))
        return Which(npc_id=said.pop("npc"), **said)


@admin.register(NpcMemory, site=server)
class NpcMemoryAdmin(EmbeddedAdmin):
    list_display = (
        "text", "npc", "player_name", "char_id", "kind", "importance", "happened_at", "closeness",
        "embedded",
    )  # fmt: skip
    list_select_related = ("npc",)
    list_filter = (
        SearchBy,
        ("npc", AutocompleteSelectFilter),
        ("player_name", FieldTextFilter),
        ("happened_at", RangeDateFilter),
        ("importance", RangeNumericFilter),
        "kind",
        "scope",
        "speaker",
    )
    search_fields = ("text", "subject", "player_name", "=char_id", "npc__name")
    search_help_text = _("Words, a name or a character's id; by meaning with the filter.")
    autocomplete_fields = ("npc",)
    raw_id_fields = ("turn", "superseded_by")
    change_list_template = "staff/memory_list.html"
    fieldsets = (
        (None, {"fields": ("npc", ("player_name", "char_id"), "text")}),
        (
            _("What"),
            {"fields": (("kind", "speaker"), ("subject", "place"), ("importance", "happened_at"))},
        ),
        (_("Who remembers"), {"fields": (("scope", "scope_key"), "sensitivity")}),
        (_("Where from"), {"fields": ("turn", "superseded_by", "created_at")}),
    )
    readonly_fields = ("created_at",)

    @admin.display(description=_("closeness"))
    def closeness(self, row: Any) -> str:
        distance = getattr(row, "distance", None)
        return "" if distance is None else f"{1 - distance:.2f}"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[NpcMemory], search_term: str
    ) -> tuple[QuerySet[NpcMemory], bool]:
        if search_term and request.GET.get("by") == "meaning":
            return self._nearest(request, queryset, search_term), False
        found: tuple[QuerySet[NpcMemory], bool] = super().get_search_results(
            request, queryset, search_term
        )
        return found

    def _nearest(
        self, request: HttpRequest, queryset: QuerySet[NpcMemory], words: str
    ) -> QuerySet[NpcMemory]:
        """The nearest of those the other filters leave. Those without a vector are not found."""
        try:
            [vector] = client.embed_now([words], deadline=SECONDS, priority="interactive")
        except AIWorldError as error:
            said = gettext("Searching by meaning is not possible now: %(why)s")
            self.message_user(request, said % {"why": error.message}, messages.ERROR)
            return queryset.none()
        rows = queryset.filter(embedding__isnull=False)
        ranked = rows.annotate(distance=CosineDistance("embedding", vector)).order_by("distance")
        return ranked.filter(pk__in=list(ranked.values_list("pk", flat=True)[:NEAREST]))

    def save_model(self, request: HttpRequest, obj: NpcMemory, form: Any, change: bool) -> None:
        if change and form.changed_data:
            pruning.note_edit(obj, by=request.user.get_username())
        if "text" in form.changed_data:
            obj.embedding = None
        super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: NpcMemory) -> None:
        self.delete_queryset(request, NpcMemory.objects.filter(pk=obj.pk))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[NpcMemory]) -> None:
        chosen = NpcMemory.objects.filter(pk__in=queryset.values("pk"))
        pruning.prune(chosen, by=request.user.get_username(), reason=gettext("chosen by hand"))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        found: HttpResponse = super().changelist_view(
            request, {"junk": junk(), **(extra_context or {})}
        )
        return found

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("prune/", view(self.prune_view), name="npcs_memory_prune"),
            path("undo/", view(self.undo_view), name="npcs_memory_undo"),
            *super().get_urls(),
        ]

    def prune_view(self, request: HttpRequest) -> HttpResponse:
        """First how many and which, then the deed."""
        if not self.has_delete_permission(request):
            raise PermissionDenied
        form = PruneForm(request.POST or None)
        context: dict[str, Any] = {"form": form}
        if request.method == "POST" and form.is_valid():
            try:
                if "confirmed" in request.POST:
                    return self._prune(request, form)
                rows = form.which().rows()
                context |= {
                    "number": rows.count(),
                    "sample": rows.select_related("npc").defer("embedding")[:10],
                }
            except AIWorldError as error:
                form.add_error(None, error.message)
        return self._page(request, "staff/memory_prune.html", _("Prune memories"), **context)

    def _prune(self, request: HttpRequest, form: PruneForm) -> HttpResponse:
        reason = ", ".join(
            f"{form.fields[name].label}: {value}"
            for name, value in form.data.items()
            if name in form.fields and value
        )
        _batch, number = pruning.prune(
            form.which().rows(), by=request.user.get_username(), reason=reason
        )
        said = gettext("%(number)d memories are forgotten. For a week this can be taken back.")
        self.message_user(request, said % {"number": number})
        return HttpResponseRedirect(reverse("admin:npcs_memory_undo"))

    def undo_view(self, request: HttpRequest) -> HttpResponse:
        if request.method == "POST":
            if not self.has_change_permission(request):
                raise PermissionDenied
            self._undo(request)
            return HttpResponseRedirect(reverse("admin:npcs_memory_undo"))
        return self._page(
            request, "staff/memory_undo.html", _("Take back"), batches=pruning.batches()
        )

    def _undo(self, request: HttpRequest) -> None:
        try:
            number = pruning.undo(uuid.UUID(request.POST.get("batch", "")))
        except ValueError:
            self.message_user(request, gettext("Which one?"), messages.ERROR)
        except AIWorldError as error:
            self.message_user(request, error.message, messages.ERROR)
        else:
            said = gettext("%(number)d memories are as they were.") % {"number": number}
            self.message_user(request, said)

    def _page(
        self, request: HttpRequest, template: str, title: Any, **context: Any
    ) -> HttpResponse:
        site = self.admin_site.each_context(request)
        return TemplateResponse(
            request, template, {**site, "title": title, "opts": self.opts} | context
        )


@admin.register(MemoryUndo, site=server)
class MemoryUndoAdmin(LogAdmin):
    list_display = ("created_at", "by", "action", "reason", "memory_id", "char_id")
    list_filter = ("action",)
    search_fields = ("by", "reason", "=char_id")
    exclude = ("row",)  # the vector is in it
