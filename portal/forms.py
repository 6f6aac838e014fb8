"""Forms about a server."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tenants import plans
from tenants.lifecycle import CHANGEABLE
from tenants.models import Server, Tier

BY_BUTTON = ("ai_enabled",)
"""Has a button of its own: a form without the box would switch it off."""
KEPT = ("moderation", "ai_notice", "page_columns", "page_lines", "client_links")
"""Stay as they are in a form that does not ask for them, as that of a new server."""
LABELS = {
    "name": _("Name"),
    "contact_email": _("Contact"),
    "billing_tier": _("Plan"),
    "language": _("Language"),
    "code_page": _("Code page of the game client"),
    "page_columns": _("Letters in a line of a dialogue box"),
    "page_lines": _("Lines of a dialogue box"),
    "client_links": _("Links to items and maps"),
    "rathena_mode": _("rAthena mode"),
    "moderation": _("Swear words"),
    "ai_notice": _("Telling players that it is AI"),
    "max_concurrent_npcs": _("NPCs that answer by AI"),
    "rate_limit_per_minute": _("Calls a minute"),
    "rate_limit_per_hour": _("Calls an hour"),
    "rate_limit_per_player": _("Talks a minute of one player with one NPC"),
}
HELP = {
    "name": _("What your players call it."),
    "contact_email": _("Where we write when something about the server needs you."),
    "language": _("What NPCs speak when they cannot tell the player's language."),
    "code_page": _("Answers are encoded for it, so that the client shows the right letters."),
    "page_columns": _("Answers break at it. Wide letters, as Korean ones, take two."),
    "page_lines": _("What does not fit goes on the next page."),
    "client_links": _(
        "Names of items and maps can be clicked, once your own database is imported."
    ),
    "rathena_mode": _("Which rules your map-server is compiled for."),
    "moderation": _("Of players and NPCs. Threats, slurs and the like stop a talk always."),
    "ai_notice": _("Each player is told once, in their language, at the first talk of all."),
    "max_concurrent_npcs": _("At once. The others answer with their script."),
    "rate_limit_per_player": _("So that one player cannot use up everybody's share."),
}


class ServerForm(forms.ModelForm):  # type: ignore[type-arg]
    """What an owner chooses for a server. The plan bounds the limits."""

    class Meta:
        model = Server
        fields = tuple(name for name in CHANGEABLE if name not in BY_BUTTON)
        labels = LABELS
        help_texts = HELP

    def __init__(self, *args: Any, may_choose_plan: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["autocomplete"] = "off"
        self.fields["contact_email"].widget.attrs["autocomplete"] = "email"
        for name in KEPT:
            self.fields[name].required = False
        if not may_choose_plan:
            del self.fields["billing_tier"]
            return
        present = self.instance.billing_tier if self.instance.pk else None
        tiers = [tier for tier in Tier if tier in plans.open_tiers() or tier == present]
        field = self.fields["billing_tier"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(tier.value, tier.label) for tier in tiers]

    def clean_moderation(self) -> str:
        return str(self.cleaned_data["moderation"] or self.instance.moderation)

    def clean_ai_notice(self) -> str:
        return str(self.cleaned_data["ai_notice"] or self.instance.ai_notice)

    def clean_page_columns(self) -> int:
        return int(self.cleaned_data["page_columns"] or self.instance.page_columns)

    def clean_page_lines(self) -> int:
        return int(self.cleaned_data["page_lines"] or self.instance.page_lines)

    def clean_client_links(self) -> str:
        return str(self.cleaned_data["client_links"] or self.instance.client_links)

    def clean_name(self) -> str:
        return " ".join(str(self.cleaned_data["name"]).split())

    def chosen(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class NewServerForm(ServerForm):
    once = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    """The job's id: a form that is sent twice makes one server."""

    def chosen(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "once"}


def bounded(form: ServerForm, tier: str) -> list[tuple[forms.BoundField, int]]:
    """The limits' fields, each with the plan's maximum."""
    plan = plans.plan(tier if tier in Tier else Tier.FREE)
    return [(form[name], getattr(plan, name)) for name in plans.LIMITS]


def maxima(present: str) -> dict[str, Any]:
    """For the page's script: every limit's maximum by plan, and which plan is chosen now."""
    each = {tier.value: plans.plan(tier) for tier in Tier}
    figures = {
        tier: {name: getattr(plan, name) for name in plans.LIMITS} for tier, plan in each.items()
    }
    return {**figures, "present": present}
