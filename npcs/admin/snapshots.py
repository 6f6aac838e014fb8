"""Characters as they were: take one, go back to it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.widgets import UnfoldAdminTextInputWidget

from aiworld.errors import AIWorldError
from aiworld.sites import server
from aiworld.staff import ByRole, LogAdmin
from npcs import snapshots
from npcs.models import NpcPersonality, NpcSnapshot

NAMES = {
    "persona": _("who it is"),
    "knowledge": _("what it knows"),
    "relationships": _("whom it trusts"),
    "memories": _("what it remembers"),
}


class PartsForm(forms.Form):
    parts = forms.MultipleChoiceField(
        label=_("What"), choices=list(NAMES.items()), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, parts: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(part, NAMES[part]) for part in snapshots.PARTS if part in parts]
        self.fields["parts"].choices = choices  # type: ignore[attr-defined]
        self.fields["parts"].initial = [part for part, _name in choices]


class TakeForm(PartsForm):
    label = forms.CharField(label=_("Name"), max_length=120, widget=UnfoldAdminTextInputWidget)
    field_order = ("label", "parts")


class SnapshotPages:
    """`<npc>/snapshots/`: take one, and go back."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.snapshots_view)  # type: ignore[attr-defined]
        return [
            path("<int:pk>/snapshots/", view, name="npcs_npc_snapshots"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def snapshots_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        npc = self.get_object(request, str(pk))  # type: ignore[attr-defined]
        if npc is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))  # type: ignore[attr-defined,no-any-return]
        if not self.has_view_permission(request, npc):  # type: ignore[attr-defined]
            raise PermissionDenied
        form: PartsForm = TakeForm(snapshots.PARTS)
        if request.method == "POST":
            if not self.has_change_permission(request, npc):  # type: ignore[attr-defined]
                raise PermissionDenied
            if "back" in request.POST:
                return self._go_back(request, npc)
            form = TakeForm(snapshots.PARTS, request.POST)
            if form.is_valid() and self._took(request, npc, form):
                return HttpResponseRedirect(request.path)
        return self._snapshots_page(request, npc, form)

    def _took(self, request: HttpRequest, npc: NpcPersonality, form: PartsForm) -> bool:
        try:
            taken = snapshots.take(npc, made_by=request.user.get_username(), **form.cleaned_data)
        except AIWorldError as error:
            form.add_error("parts", error.message)
            return False
        self.log_change(request, npc, f"Snapshot taken: {taken.label}")  # type: ignore[attr-defined]
        self.message_user(request, gettext("The snapshot is kept."))  # type: ignore[attr-defined]
        return True

    def _go_back(self, request: HttpRequest, npc: NpcPersonality) -> HttpResponse:
        row = _chosen(npc, request.POST.get("back", ""))
        form = PartsForm(row.parts, request.POST) if row else None
        if row is None or form is None or not form.is_valid():
            said = gettext("Choose a snapshot that is still there, and what to go back to.")
            self.message_user(request, said, messages.ERROR)  # type: ignore[attr-defined]
            return HttpResponseRedirect(request.path)
        try:
            snapshots.roll_back(row, by=request.user.get_username(), **form.cleaned_data)
        except AIWorldError as error:
            self.message_user(request, error.message, messages.ERROR)  # type: ignore[attr-defined]
            return HttpResponseRedirect(request.get_full_path())
        self.log_change(request, npc, f"Back to the snapshot: {row.label}")  # type: ignore[attr-defined]
        said = gettext("Back to “%(label)s”. What it was before is the newest snapshot.")
        self.message_user(request, said % {"label": row.label})  # type: ignore[attr-defined]
        return HttpResponseRedirect(request.path)

    def _snapshots_page(
        self, request: HttpRequest, npc: NpcPersonality, form: PartsForm
    ) -> HttpResponse:
        back = _chosen(npc, request.GET.get("back", ""))
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            "title": _("Snapshots of %(npc)s") % {"npc": npc.name},
            "opts": self.opts,  # type: ignore[attr-defined]
            "npc": npc,
            "form": form,
            "back": back,
            "back_form": PartsForm(back.parts) if back else None,
            "snapshots": NpcSnapshot.objects.filter(npc=npc).defer("data"),
            "names": NAMES,
            "most": snapshots.MOST_SNAPSHOTS,
        }
        return TemplateResponse(request, "staff/npc_snapshots.html", context)


def _chosen(npc: NpcPersonality, pk: str) -> NpcSnapshot | None:
    found = NpcSnapshot.objects.filter(npc=npc, pk=int(pk)) if pk.isdecimal() else None
    return found.first() if found is not None else None


@admin.register(NpcSnapshot, site=server)
class NpcSnapshotAdmin(LogAdmin):
    list_display = ("label", "npc", "made_by", "created_at", "size_bytes")
    list_select_related = ("npc",)
    list_filter = (("npc", AutocompleteSelectFilter),)
    search_fields = ("label", "npc__name", "npc__key")
    fields = ("npc", "label", "parts", "size_bytes", ("made_by", "created_at"))
    readonly_fields = ("created_at",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("data")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return ByRole.has_delete_permission(self, request, obj)
