"""What holds for one player at every NPC."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class PlayerStanding(models.Model):
    """A character that was told that NPCs are AI, does not want their AI, or is muted. Who has no
    row has met none."""

    char_id = models.BigIntegerField(
        _("character id"), primary_key=True, db_comment="Character id of the game server."
    )
    player_name = models.CharField(
        _("player name"), max_length=50, blank=True, db_comment="The character's name at the time."
    )
    told_at = models.DateTimeField(
        _("told at"), null=True, blank=True, db_comment="When it was told that NPCs are AI."
    )
    opted_out_at = models.DateTimeField(
        _("opted out at"),
        null=True,
        blank=True,
        db_comment="Since when it wants the scripts only; null: it does not.",
    )
    muted_until = models.DateTimeField(
        _("muted until"),
        null=True,
        blank=True,
        db_comment="Until then NPCs answer it with their scripts.",
    )
    muted_by = models.CharField(
        _("muted by"), max_length=150, blank=True, db_comment="User name of who did it."
    )
    mute_reason = models.CharField(
        _("reason"), max_length=200, blank=True, db_comment="Why, in that person's words."
    )

    class Meta:
        db_table = "player_standing"
        db_table_comment = "Players who were told, opted out, or are muted."
        verbose_name = _("player's standing")
        verbose_name_plural = _("players' standing")
        ordering = ["char_id"]
        indexes = [models.Index(fields=["muted_until"], name="player_standing_muted")]

    def __str__(self) -> str:
        return f"{self.player_name} ({self.char_id})"
