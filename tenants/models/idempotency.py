"""Requests that were answered, so that a repeat gets the same answer."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class IdempotentRequest(models.Model):
    """Written in the transaction of the change it answers for."""

    scope = models.CharField(
        _("scope"), max_length=120, db_comment="Whose key: a server id, or an address."
    )
    key_digest = models.BinaryField(
        _("key digest"), max_length=32, editable=False, db_comment="SHA-256 of the Idempotency-Key."
    )
    request_digest = models.BinaryField(
        _("request digest"),
        max_length=32,
        editable=False,
        db_comment="SHA-256 of method, path and body.",
    )
    status = models.PositiveSmallIntegerField(
        _("status"), default=0, db_comment="Status code of the answer."
    )
    answer = models.BinaryField(
        _("answer"),
        default=b"",
        editable=False,
        db_comment="The answer, encrypted with the Idempotency-Key, which is not stored.",
    )
    answer_until = models.DateTimeField(
        _("answer until"), db_comment="When the answer is forgotten."
    )
    created_at = models.DateTimeField(
        _("created at"), db_comment="When it was asked first; kept a day."
    )

    class Meta:
        db_table = "idempotent_requests"
        verbose_name = _("idempotent request")
        verbose_name_plural = _("idempotent requests")
        db_table_comment = "Answers to requests that may be repeated."
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "key_digest"], name="idempotent_requests_once"
            ),
        ]
        indexes = [models.Index(fields=["created_at"], name="idempotent_requests_age")]

    def __str__(self) -> str:
        return f"{self.scope} at {self.created_at:%Y-%m-%d %H:%M}"
