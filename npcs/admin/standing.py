"""Players who are muted, opted out, or were told that NPCs are AI."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from aiworld.sites import server
from aiworld.staff import ServerModelAdmin
from npcs import standing
from npcs.admin.player_rights import RightsPages
from npcs.models import PlayerStanding

HOURS = ((0, _("not muted")), (1, _("an hour")), (24, _("a day")), (168, _("a week")))


class StandingForm(forms.ModelForm):  # type: ignore[type-arg]
    opted_out = forms.BooleanField(
        label=_("Scripts only"),
        required=False,
        help_text=_("The player does not want AI: every NPC answers them with its script."),
    )
    mute_hours = forms.TypedChoiceField(
        label=_("Mute from now on for"), coerce=int, required=False, empty_value=None,
        choices=[("", _("as it is")), *HOURS],
    )  # fmt: skip

    class Meta:
        model = PlayerStanding
        fields = ("char_id", "player_name", "mute_reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["opted_out"].initial = self.instance.opted_out_at is not None


@admin.register(PlayerStanding, site=server)
class PlayerStandingAdmin(RightsPages, ServerModelAdmin):
    form = StandingForm
    list_display = ("player_name", "char_id", "opted_out_at", "muted_until", "muted_by", "told_at")
    search_fields = ("player_name", "=char_id")
    fields = (
        ("char_id", "player_name"),
        ("opted_out", "opted_out_at"),
        ("mute_hours", "mute_reason"),
        ("muted_until", "muted_by"),
        "told_at",
    )
    readonly_fields = ("opted_out_at", "muted_until", "muted_by", "told_at")
    actions = ("unmute",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("char_id", *self.readonly_fields) if obj else self.readonly_fields

    def save_model(
        self, request: HttpRequest, obj: PlayerStanding, form: Any, change: bool
    ) -> None:
        chosen = form.cleaned_data
        super().save_model(request, obj, form, change)
        if (hours := chosen.get("mute_hours")) is not None:
            standing.mute(obj.char_id, minutes=60 * hours, by=request.user, reason=obj.mute_reason)  # type: ignore[arg-type]
        standing.opt_out(obj.char_id, out=bool(chosen.get("opted_out")), by=request.user)  # type: ignore[arg-type]

    @admin.action(description=_("End the mute"), permissions=["change"])
    def unmute(self, request: HttpRequest, queryset: Any) -> None:
        for row in queryset.filter(muted_until__gt=timezone.now()):
            standing.mute(row.char_id, minutes=0, by=request.user)  # type: ignore[arg-type]
