"""Work that must not be lost."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tenants.models.server import Server


class Outbox(models.Model):
    """Written in the transaction that makes the work necessary; a relay hands it to Celery. It is
    in `public`, so that one query finds the work of all servers and the game's door needs no
    broker."""

    server = models.ForeignKey(
        Server,
        verbose_name=_("server"),
        on_delete=models.CASCADE,
        related_name="+",
        db_comment="Server the work is for.",
    )
    task = models.CharField(_("task"), max_length=120, db_comment="Name of the Celery task.")
    subject = models.CharField(
        _("subject"),
        max_length=500,
        db_comment="What it is about; one waiting row per task and subject.",
    )
    created_at = models.DateTimeField(
        _("created at"), auto_now_add=True, db_comment="When the work became necessary."
    )
    published_at = models.DateTimeField(
        _("published at"), null=True, db_comment="When it was last handed to Celery."
    )
    attempts = models.PositiveSmallIntegerField(
        _("attempts"), default=0, db_comment="How often it was handed over."
    )

    class Meta:
        db_table = "outbox"
        verbose_name = _("outbox")
        verbose_name_plural = _("outbox")
        constraints = [
            models.UniqueConstraint(
                fields=["server", "task", "subject"],
                condition=Q(published_at__isnull=True),
                name="outbox_one_waiting",
            ),
        ]
        indexes = [
            models.Index(fields=["published_at", "id"], name="outbox_due"),
        ]

    def __str__(self) -> str:
        return f"{self.task}({self.subject}) for {self.server_id}"
