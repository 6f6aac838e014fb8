"""How a map-server's attempts to connect went."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.models.server import Server


class HandshakeAttempt(models.Model):
    """The last outcome of each kind per server: enough to tell its owner what is wrong."""

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", _("Accepted")
        WRONG_KEY = "wrong_key", _("Wrong key")
        KEY_EXPIRED = "key_expired", _("Key expired")
        KEY_REVOKED = "key_revoked", _("Key revoked")
        WRONG_SERVER_ID = "wrong_server_id", _("Wrong server id")
        WRONG_CLOCK = "wrong_clock", _("Wrong clock")
        WRONG_PROTOCOL = "wrong_protocol", _("Wrong protocol version")

    server = models.ForeignKey(
        Server,
        verbose_name=_("server"),
        on_delete=models.CASCADE,
        related_name="handshakes",
        db_comment="Whom the caller claimed or proved to be.",
    )
    outcome = models.CharField(
        _("outcome"),
        max_length=16,
        choices=Outcome.choices,
        db_comment="How it went, as last seen.",
    )
    detail = models.CharField(
        _("detail"), max_length=200, blank=True, db_comment="What was said and expected."
    )
    address = models.GenericIPAddressField(
        _("address"), null=True, db_comment="Where it came from."
    )
    client = models.CharField(
        _("client"), max_length=80, blank=True, db_comment="Client and version, if told."
    )
    count = models.PositiveIntegerField(
        _("count"), default=1, db_comment="How often since it first happened."
    )
    at = models.DateTimeField(_("at"), db_comment="Last time.")

    class Meta:
        db_table = "handshake_attempts"
        verbose_name = _("handshake attempt")
        verbose_name_plural = _("handshake attempts")
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(fields=["server", "outcome"], name="handshake_attempts_once"),
        ]

    def __str__(self) -> str:
        return f"{self.server}: {self.get_outcome_display()}"
