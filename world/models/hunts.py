"""How far players are with treasure hunts."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from world.models.events import WorldEvent


class TreasureFind(models.Model):
    event = models.ForeignKey(
        WorldEvent,
        verbose_name=_("event"),
        on_delete=models.CASCADE,
        related_name="finds",
        db_comment="The hunt's world event.",
    )
    char_id = models.BigIntegerField(_("character id"), db_comment="Who.")
    step = models.PositiveSmallIntegerField(
        _("step"), db_comment="Clues that were solved, in their order."
    )
    moved_at = models.DateTimeField(_("moved at"), db_comment="Latest step.")
    found_at = models.DateTimeField(
        _("found at"),
        null=True,
        blank=True,
        db_comment="When the treasure was found; one finds it.",
    )

    class Meta:
        db_table = "treasure_finds"
        verbose_name = _("treasure hunter")
        verbose_name_plural = _("treasure hunters")
        db_table_comment = "Progress of treasure hunts, by what the game reported."
        ordering = ["-step", "moved_at"]
        constraints = [
            models.UniqueConstraint(fields=["event", "char_id"], name="treasure_finds_once"),
            models.UniqueConstraint(
                fields=["event"],
                name="treasure_finds_one_finder",
                condition=Q(found_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["char_id"], name="treasure_finds_char")]

    def __str__(self) -> str:
        return f"{self.char_id}: {self.step}"
