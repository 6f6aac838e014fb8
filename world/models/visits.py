"""Who of a server's people looked at the timeline, and when."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class TimelineVisit(models.Model):
    """Written by world.visits alone."""

    user_id = models.BigIntegerField(
        _("user id"), primary_key=True, db_comment="The person, as in auth_user."
    )
    seen_at = models.DateTimeField(
        _("last seen"), db_comment="When the timeline was last opened: as far as this visit goes."
    )
    before_at = models.DateTimeField(
        _("visit before"),
        null=True,
        blank=True,
        db_comment="When the visit before this one ended; null: there was none.",
    )

    class Meta:
        db_table = "timeline_visits"
        verbose_name = _("visit of the timeline")
        verbose_name_plural = _("visits of the timeline")
        db_table_comment = "When each of the server's people last looked at the timeline."
        ordering = ["-seen_at"]

    def __str__(self) -> str:
        return f"{self.user_id} {self.seen_at:%Y-%m-%d %H:%M}"
