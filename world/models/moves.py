"""Why a player's karma or reputation moved."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from world.models.factions import FactionNode
from world.models.players import PlayerProfile


class StandingMove(models.Model):
    player = models.ForeignKey(
        PlayerProfile,
        verbose_name=_("player"),
        on_delete=models.CASCADE,
        related_name="moves",
        db_comment="The player.",
    )
    faction = models.ForeignKey(
        FactionNode,
        verbose_name=_("faction"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="moves",
        db_comment="Whose opinion moved; null: the karma did.",
    )
    deed = models.CharField(_("deed"), max_length=20, db_comment="What the player did.")
    points = models.IntegerField(_("points"), db_comment="By how much it moved, after the caps.")
    hops = models.PositiveSmallIntegerField(
        _("hops"), default=0, db_comment="0: done to this faction; 1: to its ally or enemy; ..."
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True, db_comment="In words.")
    moved_at = models.DateTimeField(_("moved at"), db_comment="When.")

    class Meta:
        db_table = "standing_moves"
        verbose_name = _("move of standing")
        verbose_name_plural = _("moves of standing")
        db_table_comment = "Why karma and reputations moved; kept 90 days."
        ordering = ["-moved_at", "-id"]
        indexes = [
            models.Index(fields=["player", "faction", "-moved_at"], name="standing_moves_of"),
            models.Index(fields=["moved_at"], name="standing_moves_when"),
        ]

    def __str__(self) -> str:
        return f"{self.player_id}: {self.deed} {self.points:+}"
