"""Who did what to a server."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.models.server import Server


class AuditEntry(models.Model):
    """Written with the change it tells of, never changed, and kept when the server is gone."""

    server = models.ForeignKey(
        Server,
        verbose_name=_("server"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="audit_entries",
        db_comment="The server; null once it is deleted.",
    )
    server_public_id = models.CharField(
        _("server public id"), max_length=40, db_comment="Its server id, which outlives it."
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("actor"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        db_comment="The person; null for the platform itself, or if the account is gone.",
    )
    actor_name = models.CharField(
        _("actor name"), max_length=150, db_comment="What the actor was called then."
    )
    action = models.CharField(
        _("action"), max_length=60, db_comment="Dotted verb, e.g. key.rotated."
    )
    target = models.CharField(
        _("target"), max_length=200, blank=True, db_comment="What it was done to."
    )
    details = models.JSONField(
        _("details"), default=dict, blank=True, db_comment="Old and new values."
    )
    address = models.GenericIPAddressField(
        _("address"), null=True, db_comment="Where the request came from."
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True, db_comment="When.")

    class Meta:
        db_table = "audit_entries"
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ["-id"]
        indexes = [models.Index(fields=["server_public_id", "-id"], name="audit_entries_of")]

    def __str__(self) -> str:
        return f"{self.actor_name}: {self.action} {self.target}"
