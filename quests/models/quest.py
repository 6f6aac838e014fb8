"""Quests and the templates they are made from."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from npcs.models import NpcPersonality


class QuestKind(models.TextChoices):
    KILL = "kill", _("Kill")
    COLLECT = "collect", _("Collect")
    ESCORT = "escort", _("Escort")
    DELIVERY = "delivery", _("Delivery")
    EXPLORATION = "exploration", _("Exploration")
    PUZZLE = "puzzle", _("Puzzle")
    SOCIAL = "social", _("Social")
    BOSS = "boss", _("Boss")


class Difficulty(models.IntegerChoices):
    TRIVIAL = 1, _("Trivial")
    EASY = 2, _("Easy")
    NORMAL = 3, _("Normal")
    HARD = 4, _("Hard")
    EPIC = 5, _("Epic")
    LEGENDARY = 6, _("Legendary")


class QuestTemplate(models.Model):
    key = models.SlugField(_("key"), max_length=80, unique=True, db_comment="Name in references.")
    kind = models.CharField(
        _("kind"),
        max_length=12,
        choices=QuestKind.choices,
        db_comment="One of eight: kill, collect ...",
    )
    difficulty = models.PositiveSmallIntegerField(
        _("difficulty"),
        choices=Difficulty.choices,
        default=Difficulty.NORMAL,
        db_comment="1 trivial to 6 legendary.",
    )
    title = models.CharField(_("title"), max_length=120, db_comment="What it is called.")
    text = models.TextField(_("text"), db_comment="What the NPC says; {slots} are filled in.")
    objectives = models.JSONField(
        _("objectives"), default=list, db_comment="[{kind, target, amount}]."
    )
    language = models.CharField(
        _("language"), max_length=2, default="en", db_comment="Language of its texts."
    )
    condition = models.CharField(
        _("condition"),
        max_length=300,
        blank=True,
        help_text=_(
            "When it is offered, e.g. level >= 20 and map == 'geffen', quest.lost_ring == "
            "'completed', 'invasion' in events, party >= 2, 501 in items, chance < 0.1."
        ),
        db_comment="When it is offered (npcs.conditions); empty: always.",
    )
    npc_key = models.CharField(
        _("only of NPC"),
        max_length=120,
        blank=True,
        db_comment="Stable key of the one NPC that offers it; empty: any.",
    )
    repeats_after = models.PositiveSmallIntegerField(
        _("again after, days"),
        default=7,
        db_comment="Days until a character is offered it again.",
    )
    min_level = models.PositiveSmallIntegerField(
        _("min level"), default=1, db_comment="Lowest base level it is offered at."
    )
    max_level = models.PositiveSmallIntegerField(
        _("max level"), default=175, db_comment="Highest base level it is offered at."
    )
    is_active = models.BooleanField(
        _("is active"), default=True, db_comment="Off: nothing is made from it."
    )
    times_used = models.PositiveIntegerField(
        _("times used"), default=0, editable=False, db_comment="Quests made from it."
    )

    class Meta:
        db_table = "quest_templates"
        verbose_name = _("quest template")
        verbose_name_plural = _("quest templates")
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
        PROPOSED = "proposed", _("Proposed")
        OFFERED = "offered", _("Offered")
        ACTIVE = "active", _("Active")
        COMPLETED = "completed", _("Completed")
        FAILED = "failed", _("Failed")
        ABANDONED = "abandoned", _("Abandoned")
        EXPIRED = "expired", _("Expired")

    npc = models.ForeignKey(
        NpcPersonality,
        verbose_name=_("NPC"),
        on_delete=models.CASCADE,
        related_name="quests",
        db_comment="Who offers it.",
    )
    template = models.ForeignKey(
        QuestTemplate,
        verbose_name=_("template"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="quests",
        db_comment="What it was made from, if from one.",
    )
    char_id = models.BigIntegerField(
        _("character id"), null=True, blank=True, db_comment="Who it is offered to."
    )
    kind = models.CharField(
        _("kind"),
        max_length=12,
        choices=QuestKind.choices,
        db_comment="One of eight: kill, collect ...",
    )
    difficulty = models.PositiveSmallIntegerField(
        _("difficulty"),
        choices=Difficulty.choices,
        default=Difficulty.NORMAL,
        db_comment="1 trivial to 6 legendary.",
    )
    title = models.CharField(_("title"), max_length=120, db_comment="What it is called.")
    text = models.TextField(_("text"), db_comment="What the NPC says.")
    objectives = models.JSONField(
        _("objectives"), default=list, db_comment="[{kind, target, amount, done}]."
    )
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=Status.choices,
        default=Status.PROPOSED,
        db_comment="proposed, offered, active, completed, failed, abandoned or expired.",
    )
    offered_at = models.DateTimeField(
        _("offered at"), auto_now_add=True, db_comment="When it was offered."
    )
    expires_at = models.DateTimeField(
        _("expires at"), null=True, blank=True, db_comment="When it lapses; null: never."
    )
    ended_at = models.DateTimeField(
        _("ended at"), null=True, blank=True, db_comment="When it ended."
    )
    accepted_at = models.DateTimeField(
        _("accepted at"), null=True, blank=True, db_comment="When the character took it."
    )
    time_limit = models.PositiveIntegerField(
        _("time limit, seconds"), default=0, db_comment="Seconds from acceptance; 0: none."
    )
    reward = models.JSONField(
        _("reward"),
        default=dict,
        blank=True,
        db_comment="What was offered: {zeny, base_exp, job_exp, items: [[id, pieces]]}.",
    )
    language = models.CharField(
        _("language"), max_length=2, default="en", db_comment="Language of its texts."
    )
    source = models.CharField(
        _("source"), max_length=10, default="template", db_comment="Who told it: llm or template."
    )
    slot_id = models.PositiveIntegerField(
        _("slot"), default=0, db_comment="Quest id of the client's log while it is active."
    )
    max_members = models.PositiveSmallIntegerField(
        _("members"), default=1, db_comment="Characters that may share it."
    )
    level = models.PositiveSmallIntegerField(
        _("level"), default=1, db_comment="Base level of the character when it was made."
    )
    request_id = models.CharField(
        _("request id"),
        max_length=64,
        null=True,
        blank=True,
        unique=True,
        editable=False,
        db_comment="Of the call it was made for; a repeat gets the same quest.",
    )
    wrong_answers = models.PositiveSmallIntegerField(
        _("wrong answers"), default=0, db_comment="To its puzzle."
    )
    decided_by = models.CharField(
        _("decided by"),
        max_length=150,
        blank=True,
        db_comment="Who approved or retired it; empty: the rules.",
    )

    class Meta:
        db_table = "quests_dynamic"
        verbose_name_plural = _("quests")
        db_table_comment = "Quests offered to players."
        verbose_name = _("quest")
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
        constraints = [
            models.UniqueConstraint(
                fields=["npc", "char_id"],
                name="quests_dynamic_one_open",
                condition=Q(status__in=["proposed", "offered", "active"]),
            )
        ]

    def __str__(self) -> str:
        return self.title
