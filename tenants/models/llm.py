"""The language model that a game server's owner brought."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.models.server import Server

TASKS = ("planning", "extraction", "moderation")
"""What another model of the same provider may be named for; a dialogue has the first."""


class ServerLLM(models.Model):
    """Without a row, or switched off, the platform's language model answers."""

    server = models.OneToOneField(
        Server,
        verbose_name=_("server"),
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="llm",
        db_comment="The server it answers for.",
    )
    base_url = models.CharField(
        _("base URL"),
        max_length=200,
        db_comment="What comes before /chat/completions; judged by aiworld.egress.",
    )
    model = models.CharField(_("model"), max_length=100, db_comment="Name of the model there.")
    task_models = models.JSONField(
        _("models by task"),
        default=dict,
        blank=True,
        db_comment="Names of other models there: by planning, extraction or moderation.",
    )
    sealed_key = models.TextField(
        _("sealed key"),
        blank=True,
        db_comment="The provider's key, sealed by aiworld.sealing; empty: none.",
    )
    enabled = models.BooleanField(
        _("enabled"), default=True, db_comment="Whether it is asked; otherwise the platform's is."
    )
    monthly_cap = models.DecimalField(
        _("most a month"),
        max_digits=10,
        decimal_places=2,
        default=Decimal(10),
        validators=[MinValueValidator(0)],
        db_comment="What its provider may charge the owner in a month, in LLM_PRICE_CURRENCY.",
    )
    price_input = models.DecimalField(
        _("price of what is sent"),
        max_digits=10,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        db_comment="Of a million tokens, as the owner entered it; null: found by inference.prices.",
    )
    price_output = models.DecimalField(
        _("price of what is written"),
        max_digits=10,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        db_comment="Of a million tokens, as the owner entered it; null: found by inference.prices.",
    )
    updated_at = models.DateTimeField(_("updated at"), auto_now=True, db_comment="Last change.")

    class Meta:
        db_table = "server_llms"
        verbose_name_plural = _("own language models")
        db_table_comment = "Language models that owners brought, with their sealed keys."
        verbose_name = _("own language model")

    def __str__(self) -> str:
        return f"{self.server}: {self.model}"
