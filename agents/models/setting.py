"""What an owner chose for an agent. An agent without a row runs as its catalogue row says."""

from __future__ import annotations

from datetime import timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

SHORTEST = timedelta(minutes=5)


class AgentSetting(models.Model):
    agent = models.CharField(
        _("agent"), max_length=40, unique=True, db_comment="Key of the agent in the catalogue."
    )
    is_on = models.BooleanField(
        _("switched on"), default=True, db_comment="Whether it runs at all."
    )
    every = models.DurationField(
        _("every"),
        null=True,
        blank=True,
        validators=[MinValueValidator(SHORTEST)],
        help_text=_("How often it runs by itself, at least five minutes; empty: as it comes."),
        db_comment="Time between two scheduled runs; null: the catalogue's.",
    )
    most_a_day = models.PositiveIntegerField(
        _("runs a day"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(1_000_000)],
        help_text=_("More are refused until the next day (UTC); empty: as it comes."),
        db_comment="Runs in a day, UTC; null: the catalogue's.",
    )
    ask_model = models.BooleanField(
        _("ask the language model"),
        default=False,
        help_text=_("Within the budget. Otherwise, and while there is none, it goes by rules."),
        db_comment="Whether a language model may decide; it costs money.",
    )

    class Meta:
        db_table = "agent_settings"
        verbose_name = _("agent")
        verbose_name_plural = _("agents")
        db_table_comment = "What owners chose for agents."
        ordering = ["agent"]

    def __str__(self) -> str:
        return self.agent
