"""Skills, quests and jobs of the server's own database, and what was imported when."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class GameSkill(models.Model):
    id = models.PositiveIntegerField(_("skill id"), primary_key=True, db_comment="Skill id.")
    aegis_name = models.CharField(
        _("Aegis name"), max_length=60, db_comment="Name in scripts and databases."
    )
    name = models.CharField(_("name"), max_length=100, db_comment="Name players see.")
    max_level = models.PositiveSmallIntegerField(
        _("highest level"), default=1, db_comment="Highest level."
    )
    kind = models.CharField(
        _("kind"), max_length=20, blank=True, db_comment="None, Weapon, Magic or Misc."
    )
    target = models.CharField(
        _("target"), max_length=20, blank=True, db_comment="Passive, Attack, Ground, Self ..."
    )

    class Meta:
        db_table = "game_skills"
        db_table_comment = "Skills of the server's own database."
        verbose_name = _("skill")
        verbose_name_plural = _("skills")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.name} ({self.pk})"


class GameQuest(models.Model):
    id = models.PositiveIntegerField(_("quest id"), primary_key=True, db_comment="Quest id.")
    title = models.CharField(_("title"), max_length=200, db_comment="Title in the quest window.")
    time_limit = models.CharField(
        _("time limit"), max_length=40, blank=True, db_comment="As the database writes it."
    )
    targets = models.JSONField(
        _("targets"),
        default=list,
        blank=True,
        db_comment="Who is to be killed: {monster, count, and bounds where there are any}.",
    )
    drops = models.JSONField(
        _("drops"),
        default=list,
        blank=True,
        db_comment="What falls during it: {monster or null, item, count, rate in 10,000}.",
    )

    class Meta:
        db_table = "game_quests"
        db_table_comment = "Quests of the server's own database (not those made here)."
        verbose_name = _("game quest")
        verbose_name_plural = _("game quests")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.title} ({self.pk})"


class GameJob(models.Model):
    name = models.CharField(
        _("name"), max_length=40, primary_key=True, db_comment="As the database writes it."
    )
    max_base_level = models.PositiveSmallIntegerField(
        _("highest base level"), null=True, blank=True, db_comment="Null: not said."
    )
    max_job_level = models.PositiveSmallIntegerField(
        _("highest job level"), null=True, blank=True, db_comment="Null: not said."
    )
    max_weight = models.PositiveIntegerField(
        _("carries"), default=20_000, db_comment="In tenths, before strength."
    )

    class Meta:
        db_table = "game_jobs"
        db_table_comment = "Jobs of the server's own database."
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class GameImport(models.Model):
    class Mode(models.TextChoices):
        RENEWAL = "re", _("Renewal")
        PRE_RENEWAL = "pre-re", _("Pre-renewal")

    imported_at = models.DateTimeField(
        _("imported at"), default=timezone.now, db_comment="When it was done."
    )
    mode = models.CharField(
        _("mode"), max_length=6, choices=Mode.choices, db_comment="re or pre-re."
    )
    seconds = models.FloatField(_("seconds"), db_comment="How long reading and writing took.")
    counts = models.JSONField(
        _("counts"),
        default=dict,
        db_comment="Table -> {rows, added, changed, removed}.",
    )
    warnings = models.PositiveIntegerField(
        _("warnings"), default=0, db_comment="How many there were."
    )
    first_warnings = models.JSONField(
        _("first warnings"), default=list, blank=True, db_comment="The first of them, in words."
    )

    class Meta:
        db_table = "game_imports"
        db_table_comment = "When the server's own database was imported, and what came of it."
        verbose_name = _("import of the game's database")
        verbose_name_plural = _("imports of the game's database")
        ordering = ["-imported_at"]

    def __str__(self) -> str:
        return f"{self.mode} {self.imported_at:%Y-%m-%d %H:%M}"
