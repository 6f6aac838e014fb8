"""Characters and knowledge from files: read, look at the difference, apply."""

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
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from aiworld.errors import AIWorldError
from aiworld.sites import server
from aiworld.staff import LogAdmin, ServerModelAdmin
from npcs import examples
from npcs.admin.downloads import download
from npcs.exchange import uploads
from npcs.exchange.differences import Difference
from npcs.models import ExchangeUpload, NpcCard

SHOWN = 100
"""Differences on one page; the rest is counted."""
WHICH = ("map_name", "role", "group", "faction", "keys")


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        widget=UnfoldAdminFileFieldWidget,
        help_text=_(
            "A character card (V2 or V3, as JSON, PNG or CHARX), a bundle or a knowledge pack "
            "(YAML), or a table (CSV). Nothing changes before you have seen the difference."
        ),
    )
    key = forms.CharField(
        label=_("NPC the card is for"),
        required=False,
        max_length=120,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Map and unique name, as in prontera/Guard#1. Cards from here know it."),
    )


class ChosenForm(forms.Form):
    """Which NPCs."""

    map_name = forms.CharField(label=_("On map"), required=False, widget=UnfoldAdminTextInputWidget)
    role = forms.CharField(label=_("With role"), required=False, widget=UnfoldAdminTextInputWidget)
    group = forms.CharField(label=_("In group"), required=False, widget=UnfoldAdminTextInputWidget)
    faction = forms.CharField(
        label=_("Of faction (its key)"), required=False, widget=UnfoldAdminTextInputWidget
    )
    keys = forms.CharField(
        label=_("Only these (one key a line)"), required=False, widget=UnfoldAdminTextareaWidget
    )
    everybody = forms.BooleanField(
        label=_("All NPCs, if nothing above is said"),
        required=False,
        widget=UnfoldBooleanSwitchWidget,
    )

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        said = any(values.get(name) for name in WHICH)
        if not said and not values.get("everybody"):
            raise forms.ValidationError(_("Say which NPCs, or switch on “All NPCs”."))
        return values

    def chosen(self) -> dict[str, str]:
        return {name: self.cleaned_data.get(name, "") for name in WHICH}


class ExportForm(ChosenForm):
    form = forms.ChoiceField(
        label=_("Format"),
        choices=[
            ("bundle", _("Bundle of characters with their knowledge (YAML)")),
            ("table", _("Table of characters (CSV)")),
            ("knowledge_table", _("Table of knowledge (CSV)")),
            ("card_v3", _("Character card V3 (JSON), one character")),
            ("card_v2", _("Character card V2 (JSON), one character")),
            ("card_png", _("Character card as a picture (PNG), one character")),
            ("client", _("NPC scripts that talk by AI (zip)")),
            ("tier0", _("NPC scripts that talk by AI, without recompiling (zip)")),
        ],
        widget=UnfoldAdminSelectWidget,
    )


class ReplaceForm(forms.Form):
    replace = forms.BooleanField(
        label=_("Forget what the file does not mention"),
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text=_("Only of NPCs whose knowledge is in the file."),
    )


@admin.register(ExchangeUpload, site=server)
class ExchangeAdmin(ServerModelAdmin):
    list_display = ("file_name", "uploaded_by", "created_at", "applied_at")
    ordering = ("-id",)
    actions = None

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A viewer sees what waits, not the buttons."""
        return self.has_view_permission(request, obj)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        is_example = "example" in request.POST
        form = UploadForm(None if is_example else request.POST or None, request.FILES or None)
        if is_example or (request.method == "POST" and form.is_valid()):
            try:
                upload = self._received(request, form)
            except AIWorldError as error:
                if not is_example:
                    form.add_error("file", f"{error.field}: {error.message}")
                else:
                    self.message_user(request, error.message, messages.ERROR)
            else:
                return HttpResponseRedirect(self._url(upload))
        return self._page(
            request,
            "staff/exchange_upload.html",
            _("Import characters"),
            form=form,
            examples=examples.EXAMPLES,
        )

    def _received(self, request: HttpRequest, form: UploadForm) -> ExchangeUpload:
        by = request.user.get_username()
        if name := request.POST.get("example"):
            return uploads.receive(examples.data(name), file_name=f"{name}.yaml", by=by)
        file = form.cleaned_data["file"]
        return uploads.receive(
            file.read(), file_name=file.name, by=by, key=form.cleaned_data["key"]
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        upload = self.get_object(request, object_id)
        if upload is None or not self.has_view_permission(request, upload):
            gone: HttpResponse = self._get_obj_does_not_exist_redirect(
                request, self.opts, object_id
            )
            return gone
        if request.method == "POST":
            if not request.may_edit:  # type: ignore[attr-defined]
                raise PermissionDenied
            return self._decide(request, upload)
        return self._preview(request, upload)

    def get_urls(self) -> list[Any]:
        export = self.admin_site.admin_view(self.export_view)
        return [path("export/", export, name="npcs_exchange_export"), *super().get_urls()]

    def export_view(self, request: HttpRequest) -> HttpResponse:
        """Reading is enough to take characters along; what players said is not in them."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = ExportForm(request.GET if "form" in request.GET else None, initial=request.GET)
        if form.is_valid():
            try:
                return download(form.cleaned_data["form"], form.chosen())
            except AIWorldError as error:
                form.add_error(None, error.message)
        return self._page(request, "staff/exchange_export.html", _("Export characters"), form=form)

    def _url(self, upload: ExchangeUpload) -> str:
        return reverse("admin:npcs_exchangeupload_change", args=(upload.pk,))

    def _preview(
        self, request: HttpRequest, upload: ExchangeUpload, form: forms.Form | None = None
    ) -> HttpResponse:
        if uploads.is_pack(upload):
            context = {"pack": upload.content["pack"], "facts": uploads.facts(upload)}
            return self._page(
                request,
                "staff/exchange_pack.html",
                upload.file_name,
                upload=upload,
                form=form or ChosenForm(),
                **context,
            )
        replace = "replace" in request.GET
        found = uploads.preview(upload, replace=replace)
        return self._page(
            request,
            "staff/exchange_preview.html",
            upload.file_name,
            upload=upload,
            form=form or ReplaceForm(initial={"replace": replace}),
            replace=replace,
            **_summary(found),
        )

    def _decide(self, request: HttpRequest, upload: ExchangeUpload) -> HttpResponse:
        if "discard" in request.POST:
            upload.delete()
            self.message_user(request, gettext("Discarded. Nothing was changed."))
            return HttpResponseRedirect(reverse("admin:npcs_exchangeupload_changelist"))
        if "again" in request.POST:
            uploads.look_again(upload)
            return HttpResponseRedirect(self._url(upload))
        try:
            said = self._apply(request, upload)
        except AIWorldError as error:
            self.message_user(request, error.message, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())
        if said is None:
            return self._preview(request, upload, ChosenForm(request.POST))
        self.log_change(request, upload, said)
        self.message_user(request, said)
        return HttpResponseRedirect(reverse("admin:npcs_npcpersonality_changelist"))

    def _apply(self, request: HttpRequest, upload: ExchangeUpload) -> str | None:
        """What was done, in words; None if the form has to be corrected."""
        if uploads.is_pack(upload):
            form = ChosenForm(request.POST)
            if not form.is_valid():
                return None
            number = uploads.apply_pack(upload, **form.chosen())
            return gettext("%(number)d NPCs know it now.") % {"number": number}
        found = uploads.apply_characters(upload, replace="replace" in request.GET)
        changed = sum(not one.is_empty for one in found)
        return gettext("%(number)d NPCs created or changed.") % {"number": changed}

    def _page(
        self, request: HttpRequest, template: str, title: Any, **context: Any
    ) -> HttpResponse:
        return TemplateResponse(
            request,
            template,
            {**self.admin_site.each_context(request), "title": title, "opts": self.opts} | context,
        )


def _summary(found: list[Difference]) -> dict[str, Any]:
    shown = [one for one in found if not one.is_empty or one.notes]
    return {
        "differences": shown[:SHOWN],
        "more": max(len(shown) - SHOWN, 0),
        "new": sum(one.is_new for one in found),
        "changed": sum(not one.is_new and not one.is_empty for one in found),
        "same": sum(one.is_empty for one in found),
    }


@admin.register(NpcCard, site=server)
class NpcCardAdmin(LogAdmin):
    list_display = ("npc", "updated_at")
    list_select_related = ("npc",)
    search_fields = ("npc__name", "npc__key")
