"""Mini-bosses: ratings, fights and who fought."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from world.models.events import WorldEvent


class BossRating(models.Model):
    """Of a character, or of a monster."""

    char_id = models.BigIntegerField(
        _("character id"), null=True, blank=True, unique=True, db_comment="Null: of a monster."
    )
    monster_id = models.PositiveIntegerField(
        _("monster id"), null=True, blank=True, unique=True, db_comment="Null: of a character."
    )
    rating = models.FloatField(
        _("rating"), db_comment="On the scale of Elo; 400 more are ten times the chance."
    )
    fights = models.PositiveIntegerField(_("fights"), default=0, db_comment="That count in it.")
    updated_at = models.DateTimeField(_("updated at"), auto_now=True, db_comment="Latest fight.")

    class Meta:
        db_table = "boss_ratings"
        verbose_name = _("rating")
        verbose_name_plural = _("boss ratings")
        db_table_comment = "How strong characters and bosses are, from who beat whom."
        ordering = ["-rating"]
        constraints = [
            models.CheckConstraint(
                name="boss_ratings_of_one",
                condition=Q(char_id__isnull=False, monster_id__isnull=True)
                | Q(char_id__isnull=True, monster_id__isnull=False),
            )
        ]

    def __str__(self) -> str:
        whose = f"character {self.char_id}" if self.char_id else f"monster {self.monster_id}"
        return f"{whose}: {self.rating:.0f}"


class BossFight(models.Model):
    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        WON = "won", _("Won by the players")
        LOST = "lost", _("Lost by the players")
        NOBODY = "nobody", _("Nobody came")

    event = models.OneToOneField(
        WorldEvent,
        verbose_name=_("event"),
        on_delete=models.CASCADE,
        related_name="fight",
        db_comment="The boss's world event.",
    )
    monster_id = models.PositiveIntegerField(_("monster id"), db_comment="Monster of the game.")
    map_name = models.CharField(_("map name"), max_length=24, db_comment="Where.")
    percent = models.PositiveSmallIntegerField(
        _("strength, percent"), db_comment="HP and attack, of the monster's own."
    )
    level = models.PositiveSmallIntegerField(_("level"), db_comment="Level of the monster.")
    win_chance = models.FloatField(_("chance to win"), db_comment="Of the players, 0-1, expected.")
    status = models.CharField(
        _("status"),
        max_length=6,
        choices=Status.choices,
        default=Status.OPEN,
        db_comment="open, won, lost or nobody.",
    )
    begins_at = models.DateTimeField(_("begins at"), db_comment="Events from then on count.")
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True, db_comment="When.")

    class Meta:
        db_table = "boss_fights"
        verbose_name = _("boss fight")
        verbose_name_plural = _("boss fights")
        db_table_comment = "Fights against mini-bosses, settled by what the game reported."
        ordering = ["-begins_at"]
        indexes = [
            models.Index(fields=["map_name"], name="boss_fights_open", condition=Q(status="open"))
        ]

    def __str__(self) -> str:
        return f"{self.monster_id} on {self.map_name}"


class BossFighter(models.Model):
    fight = models.ForeignKey(
        BossFight,
        verbose_name=_("fight"),
        on_delete=models.CASCADE,
        related_name="fighters",
        db_comment="The fight.",
    )
    char_id = models.BigIntegerField(_("character id"), db_comment="Who.")
    came = models.BooleanField(
        _("came"), default=False, db_comment="The game reported something of it there."
    )
    fell = models.BooleanField(_("fell"), default=False, db_comment="The boss killed it.")

    class Meta:
        db_table = "boss_fighters"
        verbose_name = _("fighter")
        verbose_name_plural = _("fighters")
        db_table_comment = "Who was expected at a boss fight, and who came."
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["fight", "char_id"], name="boss_fighters_once")
        ]
        indexes = [models.Index(fields=["char_id"], name="boss_fighters_char")]

    def __str__(self) -> str:
        return f"{self.char_id}"
