"""How well the agents do."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class AgentPerformanceMetric(models.Model):
    """Time series, partitioned by month (tenants/partitions.py)."""

    id = models.BigAutoField(primary_key=True)
    measured_at = models.DateTimeField(_("measured at"), db_comment="When; the partition key.")
    agent = models.CharField(_("agent"), max_length=40, db_comment="Key of the agent.")
    metric = models.CharField(
        _("metric"), max_length=40, db_comment="seconds, tokens, runs, refused ..."
    )
    value = models.FloatField(_("value"), db_comment="The figure, in the metric's unit.")
    labels = models.JSONField(_("labels"), default=dict, blank=True, db_comment="What it is about.")

    class Meta:
        db_table = "agent_performance_metrics"
        verbose_name_plural = _("agent metrics")
        db_table_comment = "Figures per agent; kept 90 days."
        verbose_name = _("agent metric")
        ordering = ["-measured_at"]
        indexes = [
            models.Index(fields=["agent", "metric", "-measured_at"], name="agent_performance_of")
        ]

    def __str__(self) -> str:
        return f"{self.agent} {self.metric} = {self.value:g}"
