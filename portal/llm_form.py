"""The form of a server's own language model."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tenants.llm import MAX_KEY, MAX_MODEL, Terms
from tenants.models import ServerLLM
from tenants.models.llm import TASKS

KNOWN = (
    ("https://api.deepseek.com", "DeepSeek"),
    ("https://api.openai.com/v1", "OpenAI"),
    ("https://openrouter.ai/api/v1", "OpenRouter"),
    ("https://api.groq.com/openai/v1", "Groq"),
    ("https://api.mistral.ai/v1", "Mistral"),
    ("https://api.together.xyz/v1", "Together"),
)
"""Addresses that the field suggests."""


class LLMForm(forms.Form):
    base_url = forms.CharField(
        label=_("Address"),
        max_length=200,
        help_text=_("What comes before /chat/completions, for example https://api.deepseek.com"),
        widget=forms.URLInput(attrs={"list": "known-addresses", "autocomplete": "off"}),
    )
    model = forms.CharField(
        label=_("Model"),
        max_length=MAX_MODEL,
        help_text=_("Its name as your provider writes it, for example deepseek-chat"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    api_key = forms.CharField(
        label=_("API key"),
        max_length=MAX_KEY,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "spellcheck": "false"}),
    )
    model_planning = forms.CharField(
        label=_("Model for plans"),
        max_length=MAX_MODEL,
        required=False,
        help_text=_("What NPCs and agents decide, and the story of a quest. Empty: the one above."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    model_extraction = forms.CharField(
        label=_("Model for memories"),
        max_length=MAX_MODEL,
        required=False,
        help_text=_(
            "Reads what players told of themselves, after the talk and at night. Empty: none does."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    model_moderation = forms.CharField(
        label=_("Model for moderation"),
        max_length=MAX_MODEL,
        required=False,
        help_text=_(
            "Looks through what was said, after the talk, and flags it for you. Empty: none does."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    monthly_cap = forms.DecimalField(
        label=_("Most a month"),
        min_value=0,
        max_digits=10,
        decimal_places=2,
        initial=Decimal(10),
    )
    price_input = forms.DecimalField(
        label=_("Price of a million tokens sent"),
        min_value=0,
        max_digits=10,
        decimal_places=4,
        required=False,
        help_text=_("As your provider charges. Empty: the one that this page shows."),
    )
    price_output = forms.DecimalField(
        label=_("Price of a million tokens written"),
        min_value=0,
        max_digits=10,
        decimal_places=4,
        required=False,
    )
    enabled = forms.BooleanField(label=_("Ask this language model"), required=False, initial=True)

    def __init__(self, data: Any = None, *, row: ServerLLM | None) -> None:
        super().__init__(data, initial=_stored(row))
        self.fields["api_key"].help_text = (
            _("One is stored and not shown again. Leave this empty to keep it.")
            if row and row.sealed_key
            else _("From your provider. It is stored encrypted and not shown again.")
        )
        self.fields["monthly_cap"].help_text = settings.LLM_PRICE_CURRENCY

    def choice(self) -> dict[str, Any]:
        """What `tenants.llm.choose` takes."""
        given = dict(self.cleaned_data)
        money = [given.pop(name) for name in ("monthly_cap", "price_input", "price_output")]
        terms = Terms(cap=money[0], input=money[1], output=money[2])
        models = {task: given.pop(f"model_{task}") for task in TASKS}
        return {**given, "terms": terms, "models": models}


def _stored(row: ServerLLM | None) -> dict[str, Any]:
    if row is None:
        return {}
    by_task = {f"model_{task}": row.task_models.get(task, "") for task in TASKS}
    others = LLMForm.base_fields.keys() - by_task.keys() - {"api_key"}
    return by_task | {name: getattr(row, name) for name in others}
