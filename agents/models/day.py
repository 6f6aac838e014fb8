"""What an agent did on one day, counted as it does it, so that a limit costs one row to keep."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class AgentDay(models.Model):
    agent = models.CharField(_("agent"), max_length=40, db_comment="Key of the agent.")
    day = models.DateField(_("day"), db_comment="UTC.")
    runs = models.PositiveIntegerField(_("runs"), default=0, db_comment="Runs begun.")
    changes = models.PositiveIntegerField(
        _("changes"), default=0, db_comment="Rows made or changed."
    )

    class Meta:
        db_table = "agent_days"
        verbose_name = _("day of an agent")
        verbose_name_plural = _("days of agents")
        db_table_comment = "Runs and changes per agent and day; kept 90 days."
        ordering = ["-day", "agent"]
        constraints = [models.UniqueConstraint(fields=["agent", "day"], name="agent_days_one_each")]

    def __str__(self) -> str:
        return f"{self.agent} on {self.day}"
