"""Fields of a character's form: sliders, the grid of alignments."""

from __future__ import annotations

from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from npcs.models import NpcPersonality
from npcs.models.personality import TRAITS, TRUST_GAIN

__all__ = ["AlignmentGrid", "NpcForm", "Slider", "widget_of"]
ENDS = {
    "openness": (_("down to earth"), _("curious")),
    "conscientiousness": (_("careless"), _("orderly")),
    "extraversion": (_("withdrawn"), _("talkative")),
    "agreeableness": (_("suspicious"), _("warm")),
    "neuroticism": (_("calm"), _("anxious")),
    "trust_gain": (_("slowly"), _("quickly")),
}
"""What the two ends of a slider mean."""


class Slider(forms.NumberInput):
    """Its value is beside it; static/staff.js keeps that up to date. Arrow keys move it."""

    input_type = "range"

    def __init__(
        self, ends: tuple[Any, Any] = ("", ""), *, low: float = 0, high: float = 1
    ) -> None:
        self.ends = ends
        step = 0.01 if high <= 1 else 0.05
        super().__init__(attrs={"min": low, "max": high, "step": step, "class": "slider"})

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        slider = super().render(name, value, attrs, renderer)
        return format_html(
            '<span class="slider-row"><span class="slider-end" aria-hidden="true">{}</span>{}'
            '<span class="slider-end" aria-hidden="true">{}</span>'
            '<output for="id_{}">{}</output></span>',
            self.ends[0], slider, self.ends[1], name, value,
        )  # fmt: skip


class AlignmentGrid(forms.RadioSelect):
    """Three by three: lawful to chaotic across, good to evil down. Plain radio buttons."""

    template_name = "staff/alignment.html"

    def _render(self, template_name: str, context: Any, renderer: Any = None) -> SafeString:
        """By the engine of the pages: that of forms knows no templates of ours."""
        return render_to_string(template_name, context)


def widget_of(name: str) -> forms.Widget | None:
    if name in TRAITS:
        return Slider(ENDS[name])
    if name == "trust_gain":
        return Slider(ENDS[name], low=TRUST_GAIN[0], high=TRUST_GAIN[1])
    if name == "alignment":
        return AlignmentGrid()
    return None


class NpcForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = NpcPersonality
        fields = "__all__"
        help_texts = {
            "key": _(
                "Map and unique name of the NPC, as in prontera/Guard#1. It cannot be changed "
                "later: memories and conversations belong to it."
            ),
            "group": _("Any label of yours, for work on many NPCs at once."),
            "ai_mode": _(
                "Budget: no language model is asked, the NPC answers from what it knows. Normal. "
                "Full: answers are up to twice as long, made from more knowledge and memories."
            ),
            "trust_gain": _(
                "How easily it comes to trust a player. Good deeds count this many times; bad "
                "ones count the same with everybody."
            ),
        }

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"]
        place, slash, name = key.partition("/")
        if not (place and slash and name):
            raise forms.ValidationError(_("Write the map, a slash and the NPC's unique name."))
        return key
