"""Quests and the templates they are made from."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from npcs.models import NpcPersonality


class QuestKind(models.TextChoices):
    KILL = "kill"
    COLLECT = "collect"
    ESCORT = "escort"
    DELIVERY = "delivery"
    EXPLORATION = "exploration"
    PUZZLE = "puzzle"
    SOCIAL = "social"
    BOSS = "boss"


class Difficulty(models.IntegerChoices):
    TRIVIAL = 1
    EASY = 2
    NORMAL = 3
    HARD = 4
    EPIC = 5
    LEGENDARY = 6


class QuestTemplate(models.Model):
    key = models.SlugField(max_length=80, unique=True, db_comment="Name in references.")
    kind = models.CharField(
        max_length=12, choices=QuestKind.choices, db_comment="One of eight: kill, collect ..."
    )
    difficulty = models.PositiveSmallIntegerField(
        choices=Difficulty.choices,
        default=Difficulty.NORMAL,
        db_comment="1 trivial to 6 legendary.",
    )
    title = models.CharField(max_length=120, db_comment="What it is called.")
    text = models.TextField(db_comment="What the NPC says; {slots} are filled in.")
    objectives = models.JSONField(default=list, db_comment="[{kind, target, amount}].")
    min_level = models.PositiveSmallIntegerField(
        default=1, db_comment="Lowest base level it is offered at."
    )
    max_level = models.PositiveSmallIntegerField(
        default=175, db_comment="Highest base level it is offered at."
    )
    is_active = models.BooleanField(default=True, db_comment="Off: nothing is made from it.")
    times_used = models.PositiveIntegerField(
        default=0, editable=False, db_comment="Quests made from it."
    )

    class Meta:
        db_table = "quest_templates"
        db_table_comment = "Patterns quests are made from."
        ordering = ["key"]
        constraints = [
            models.CheckConstraint(
                name="quest_templates_levels_ordered",
                condition=Q(max_level__gte=models.F("min_level")),
            )
        ]

    def __str__(self) -> str:
        return self.title


class DynamicQuest(models.Model):
    class Status(models.TextChoices):
        PROPOSED = "proposed"
        OFFERED = "offered"
        ACTIVE = "active"
        COMPLETED = "completed"
        FAILED = "failed"
        ABANDONED = "abandoned"
        EXPIRED = "expired"

    npc = models.ForeignKey(
        NpcPersonality, on_delete=models.CASCADE, related_name="quests", db_comment="Who offers it."
    )
    template = models.ForeignKey(
        QuestTemplate,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="quests",
        db_comment="What it was made from, if from one.",
    )
    char_id = models.BigIntegerField(null=True, blank=True, db_comment="Who it is offered to.")
    kind = models.CharField(
        max_length=12, choices=QuestKind.choices, db_comment="One of eight: kill, collect ..."
    )
    difficulty = models.PositiveSmallIntegerField(
        choices=Difficulty.choices,
        default=Difficulty.NORMAL,
        db_comment="1 trivial to 6 legendary.",
    )
    title = models.CharField(max_length=120, db_comment="What it is called.")
    text = models.TextField(db_comment="What the NPC says.")
    objectives = models.JSONField(default=list, db_comment="[{kind, target, amount, done}].")
    status = models.CharField(
        max_length=10,
        choices=Status.choices,
        default=Status.PROPOSED,
        db_comment="proposed, offered, active, completed, failed, abandoned or expired.",
    )
    offered_at = models.DateTimeField(auto_now_add=True, db_comment="When it was offered.")
    expires_at = models.DateTimeField(
        null=True, blank=True, db_comment="When it lapses; null: never."
    )
    ended_at = models.DateTimeField(null=True, blank=True, db_comment="When it ended.")

    class Meta:
        db_table = "quests_dynamic"
        db_table_comment = "Quests offered to players."
        verbose_name = "quest"
        ordering = ["-offered_at"]
        indexes = [
            models.Index(fields=["char_id", "status"], name="quests_dynamic_char"),
            models.Index(fields=["npc", "status"], name="quests_dynamic_npc"),
            models.Index(
                fields=["expires_at"],
                name="quests_dynamic_expiring",
                condition=Q(status__in=["offered", "active"]),
            ),
        ]

    def __str__(self) -> str:
        return self.title
