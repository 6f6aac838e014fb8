"""Talks to replay: what a character said once and should say alike again."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from npcs.models.conversation import Conversation
from npcs.models.personality import NpcPersonality
from npcs.scales import bounded, within

MOST_LINES = 12


def readable_lines(lines: Any) -> None:
    """Validator: 1 to MOST_LINES mappings with the words of both and a trust. Raises
    ValidationError."""
    if not isinstance(lines, list) or not 0 < len(lines) <= MOST_LINES:
        raise ValidationError(_("1 to %(most)d lines are needed.") % {"most": MOST_LINES})
    for line in lines:
        said = isinstance(line, dict) and [line.get("player"), line.get("npc")]
        if not said or not all(isinstance(each, str) and each.strip() for each in said):
            raise ValidationError(_("A line is {“player”: ..., “npc”: ..., “trust”: 0-10}."))
        trust = line.get("trust", 0)
        if not isinstance(trust, int | float) or not 0 <= trust <= 10:
            raise ValidationError(_("Trust is 0 to 10."))


class GoldenConversation(models.Model):
    npc = models.ForeignKey(
        NpcPersonality,
        verbose_name=_("NPC"),
        on_delete=models.CASCADE,
        related_name="goldens",
        db_comment="Whose talk it is.",
    )
    name = models.CharField(_("name"), max_length=120, db_comment="What it is called.")
    conversation = models.ForeignKey(
        Conversation,
        verbose_name=_("recorded from"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        editable=False,
        related_name="goldens",
        db_comment="Where its lines are from; it is erased with it.",
    )
    language = models.CharField(_("language"), max_length=5, db_comment="What it is spoken in.")
    lines = models.JSONField(
        _("lines"),
        validators=[readable_lines],
        help_text=_("What the player says, what the NPC answered, at which trust."),
        db_comment="[{player, npc, trust, emotion, facts}], in order.",
    )
    least = models.FloatField(
        _("least score for persona"),
        default=0.6,
        validators=bounded(0, 1),
        db_comment="0-1: below it a run fails; language and safety have to be 1.",
    )
    is_active = models.BooleanField(
        _("is active"), default=True, db_comment="Off: it is run only when asked for by itself."
    )
    made_by = models.CharField(
        _("made by"), max_length=150, blank=True, editable=False, db_comment="User name."
    )
    created_at = models.DateTimeField(
        _("created at"), auto_now_add=True, db_comment="When it was recorded."
    )

    class Meta:
        db_table = "golden_conversations"
        db_table_comment = "Talks that are replayed to see whether a character is still itself."
        verbose_name = _("golden conversation")
        verbose_name_plural = _("golden conversations")
        ordering = ["npc_id", "name"]
        constraints = within("golden_conversations", 0, 1, "least")

    def __str__(self) -> str:
        return self.name


class GoldenRun(models.Model):
    golden = models.ForeignKey(
        GoldenConversation,
        verbose_name=_("golden conversation"),
        on_delete=models.CASCADE,
        related_name="runs",
        db_comment="What was replayed.",
    )
    with_llm = models.BooleanField(
        _("with language model"), default=False, db_comment="Whether an LLM was asked."
    )
    persona = models.FloatField(
        _("persona"), null=True, db_comment="0-1: how far it is the character of the record."
    )
    language = models.FloatField(
        _("language"), null=True, db_comment="0-1: share of answers in the language."
    )
    safety = models.FloatField(
        _("safety"), null=True, db_comment="0-1: share of answers that tell nothing withheld."
    )
    passed = models.BooleanField(
        _("passed"), null=True, db_comment="Null while it has not ended; false if it could not."
    )
    lines = models.JSONField(
        _("lines"), default=list, db_comment="Each answer with its scores and what is wrong."
    )
    note = models.CharField(
        _("note"), max_length=300, blank=True, db_comment="Why it could not be ended, if so."
    )
    npc_version = models.PositiveIntegerField(
        _("version"), default=0, db_comment="Of the NPC when it was run."
    )
    prompt_version = models.CharField(
        _("prompt version"), max_length=40, blank=True, db_comment="Of the prompts when it was run."
    )
    asked_by = models.CharField(
        _("asked by"), max_length=150, blank=True, db_comment="User name, or the command."
    )
    asked_at = models.DateTimeField(_("asked at"), auto_now_add=True, db_comment="When.")
    ended_at = models.DateTimeField(_("ended at"), null=True, db_comment="When it was done.")

    class Meta:
        db_table = "golden_runs"
        db_table_comment = "Results of golden conversations."
        verbose_name = _("run of a golden conversation")
        verbose_name_plural = _("runs of golden conversations")
        ordering = ["-id"]
        indexes = [models.Index(fields=["golden", "-id"], name="golden_runs_latest")]

    def __str__(self) -> str:
        return f"{self.golden_id}: {self.passed}"
