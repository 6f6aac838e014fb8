"""The form of a server's budget."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from tenants import budgets
from tenants.models import Server


class BudgetForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Server
        fields = ("monthly_budget", "budget_soft_percent")
        labels = {
            "monthly_budget": _("Most a month"),
            "budget_soft_percent": _("Soft stop, in percent of it"),
        }

    def __init__(self, data: Any = None, *, server: Server) -> None:
        super().__init__(data, instance=Server(pk=server.pk, **_chosen(server)))
        amount = self.fields["monthly_budget"]
        amount.help_text = format_lazy(
            "{} {} {}. {}",
            _("At most"), budgets.allowed(server), settings.LLM_PRICE_CURRENCY,
            _("Empty: all that is allowed."),
        )  # fmt: skip
        amount.widget.attrs |= {"min": 0, "step": "0.01", "inputmode": "decimal"}


def _chosen(server: Server) -> dict[str, Any]:
    return {name: getattr(server, name) for name in BudgetForm.Meta.fields}
