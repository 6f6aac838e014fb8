"""How a map-server's attempts to connect went."""

from __future__ import annotations

from django.db import models

from tenants.models.server import Server


class HandshakeAttempt(models.Model):
    """The last outcome of each kind per server: enough to tell its owner what is wrong."""

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", "Accepted"
        WRONG_KEY = "wrong_key", "Wrong key"
        KEY_EXPIRED = "key_expired", "Key expired"
        KEY_REVOKED = "key_revoked", "Key revoked"
        WRONG_SERVER_ID = "wrong_server_id", "Wrong server id"
        WRONG_CLOCK = "wrong_clock", "Wrong clock"
        WRONG_PROTOCOL = "wrong_protocol", "Wrong protocol version"

    server = models.ForeignKey(
        Server,
        on_delete=models.CASCADE,
        related_name="handshakes",
        db_comment="Whom the caller claimed or proved to be.",
    )
    outcome = models.CharField(
        max_length=16, choices=Outcome.choices, db_comment="How it went, as last seen."
    )
    detail = models.CharField(max_length=200, blank=True, db_comment="What was said and expected.")
    address = models.GenericIPAddressField(null=True, db_comment="Where it came from.")
    client = models.CharField(max_length=80, blank=True, db_comment="Client and version, if told.")
    count = models.PositiveIntegerField(default=1, db_comment="How often since it first happened.")
    at = models.DateTimeField(db_comment="Last time.")

    class Meta:
        db_table = "handshake_attempts"
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(fields=["server", "outcome"], name="handshake_attempts_once"),
        ]

    def __str__(self) -> str:
        return f"{self.server}: {self.get_outcome_display()}"
