"""What the map-server reported."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class GameEvent(models.Model):
    """Time series, partitioned by month (tenants/partitions.py)."""

    id = models.BigAutoField(primary_key=True)
    happened_at = models.DateTimeField(_("happened at"), db_comment="When; the partition key.")
    kind = models.CharField(_("kind"), max_length=16, db_comment="log_in, kill, trade ...")
    char_id = models.BigIntegerField(
        _("character id"), null=True, blank=True, db_comment="Whose; null: of no character."
    )
    other_char_id = models.BigIntegerField(
        _("other character id"), null=True, blank=True, db_comment="Who else took part."
    )
    map_name = models.CharField(_("map name"), max_length=24, blank=True, db_comment="Where.")
    x = models.IntegerField(_("x"), default=0, db_comment="Cell.")
    y = models.IntegerField(_("y"), default=0, db_comment="Cell.")
    target_id = models.BigIntegerField(
        _("target id"), default=0, db_comment="Monster, item, quest or guild of the game."
    )
    number = models.BigIntegerField(
        _("number"), default=1, db_comment="Monsters, pieces, or the new level."
    )
    zeny = models.BigIntegerField(
        _("zeny"), default=0, db_comment="Whole zeny; from char_id's side."
    )
    data = models.JSONField(
        _("data"), default=dict, blank=True, db_comment="Text, detail, goods given and taken."
    )

    class Meta:
        db_table = "game_events"
        verbose_name = _("game event")
        verbose_name_plural = _("game events")
        db_table_comment = "What the map-server reported; kept 90 days."
        ordering = ["-happened_at"]
        indexes = [
            models.Index(fields=["char_id", "-happened_at"], name="game_events_char"),
            models.Index(fields=["kind", "-happened_at"], name="game_events_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.char_id}"


class GameEventId(models.Model):
    """An event that was seen: a repeat of it counts for nothing."""

    digest = models.UUIDField(
        primary_key=True, db_comment="Of the source and the client's id of the event."
    )
    received_at = models.DateTimeField(db_comment="When; forgotten after 8 days.")

    class Meta:
        db_table = "game_event_ids"
        verbose_name = _("event that was seen")
        verbose_name_plural = _("events that were seen")
        db_table_comment = "Ids of reported events, so that each counts once."
        indexes = [models.Index(fields=["received_at"], name="game_event_ids_age")]

    def __str__(self) -> str:
        return str(self.digest)


class ActivityHour(models.Model):
    """Sums of one hour."""

    hour = models.DateTimeField(_("hour"), db_comment="Its beginning.")
    kind = models.CharField(
        _("kind"), max_length=16, db_comment="Kind of event, or zeny_made and zeny_spent."
    )
    map_name = models.CharField(_("map name"), max_length=24, blank=True, db_comment="Where.")
    number = models.BigIntegerField(_("number"), db_comment="Events, monsters or pieces.")
    zeny = models.BigIntegerField(_("zeny"), default=0, db_comment="Zeny that moved.")

    class Meta:
        db_table = "activity_hours"
        verbose_name = _("activity of an hour")
        verbose_name_plural = _("activity by hour")
        db_table_comment = "Sums of reported events by hour, kind and map."
        ordering = ["-hour"]
        constraints = [
            models.UniqueConstraint(fields=["hour", "kind", "map_name"], name="activity_hours_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.hour:%Y-%m-%d %H}h"
