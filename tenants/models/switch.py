"""What the operator can switch off for every server at once."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class PlatformSwitch(models.Model):
    class Key(models.TextChoices):
        AI = "ai", _("AI answers of all servers")

    key = models.CharField(
        _("what"), max_length=20, primary_key=True, choices=Key.choices, db_comment="What: ai."
    )
    on = models.BooleanField(
        _("on"), default=True, db_comment="Off: no server's NPC answers by AI; no row: on."
    )
    reason = models.CharField(
        _("reason"), max_length=200, blank=True, db_comment="Why; map-servers are told."
    )
    changed_at = models.DateTimeField(_("changed at"), auto_now=True, db_comment="Last change.")

    class Meta:
        db_table = "platform_switches"
        db_table_comment = "What the operator switched off for all servers."
        verbose_name = _("platform switch")
        verbose_name_plural = _("platform switches")

    def __str__(self) -> str:
        return str(self.get_key_display())
