"""How far players are with dungeons."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from world.models.events import WorldEvent


class DungeonRun(models.Model):
    event = models.OneToOneField(
        WorldEvent,
        verbose_name=_("event"),
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="run",
        db_comment="The dungeon's world event.",
    )
    floor = models.PositiveSmallIntegerField(
        _("floor"), default=1, db_comment="Floor that is being fought for, from 1."
    )
    slain = models.PositiveIntegerField(
        _("slain"), default=0, db_comment="Monsters of that floor that fell on it so far."
    )
    moved_at = models.DateTimeField(_("moved at"), db_comment="Latest of these.")
    cleared_at = models.DateTimeField(
        _("cleared at"), null=True, blank=True, db_comment="When its boss fell."
    )

    class Meta:
        db_table = "dungeon_runs"
        verbose_name = _("dungeon")
        verbose_name_plural = _("dungeons")
        db_table_comment = "Progress in dungeons, by what the game reported."
        ordering = ["-moved_at"]

    def __str__(self) -> str:
        return f"{self.event_id}: {self.floor}"


class DungeonDelver(models.Model):
    event = models.ForeignKey(
        WorldEvent,
        verbose_name=_("event"),
        on_delete=models.CASCADE,
        related_name="delvers",
        db_comment="The dungeon's world event.",
    )
    char_id = models.BigIntegerField(_("character id"), db_comment="Who.")
    slain = models.PositiveIntegerField(
        _("slain"), default=0, db_comment="Monsters of the dungeon it slew there."
    )

    class Meta:
        db_table = "dungeon_delvers"
        verbose_name = _("delver")
        verbose_name_plural = _("delvers")
        db_table_comment = "Who fought in a dungeon, by what the game reported."
        ordering = ["-slain", "char_id"]
        constraints = [
            models.UniqueConstraint(fields=["event", "char_id"], name="dungeon_delvers_once")
        ]
        indexes = [models.Index(fields=["char_id"], name="dungeon_delvers_char")]

    def __str__(self) -> str:
        return f"{self.char_id}: {self.slain}"
