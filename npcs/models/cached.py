"""Answers that may be given to other questions of the same meaning."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from npcs.models.personality import NpcPersonality
from npcs.scales import embedding


class CachedAnswer(models.Model):
    """What an NPC answered to a question that has the same answer for everybody at the same trust,
    while the NPC and the world are as they were (`scope`)."""

    npc = models.ForeignKey(
        NpcPersonality,
        verbose_name=_("NPC"),
        on_delete=models.CASCADE,
        related_name="+",
        db_comment="Who answered.",
    )
    scope = models.CharField(
        _("scope"),
        max_length=64,
        db_comment="Digest of the NPC's version, trust tier, language, prompts and world.",
    )
    char_id = models.BigIntegerField(
        _("char id"), db_comment="Who asked first; when they are erased, this goes too."
    )
    meaning = models.CharField(
        _("meaning"),
        max_length=32,
        db_comment="Digest of what every question has in common that this answers (npcs.gist).",
    )
    embedding = embedding("all-MiniLM-L6-v2 of the question; its words are not kept.")
    text = models.TextField(_("text"), db_comment="The answer, which tells of no player.")
    emotion = models.CharField(_("emotion"), max_length=12, db_comment="With which emotion.")
    intent = models.CharField(_("intent"), max_length=20, db_comment="What was wanted.")
    facts = ArrayField(
        models.BigIntegerField(), verbose_name=_("facts"), db_comment="Knowledge it was made from."
    )
    model = models.CharField(_("model"), max_length=80, db_comment="Model that wrote it.")
    prompt_version = models.CharField(
        _("prompt version"), max_length=16, db_comment="Version of the prompt templates."
    )
    expires_at = models.DateTimeField(_("expires at"), db_comment="It is not given after this.")

    class Meta:
        db_table = "cached_answers"
        verbose_name_plural = _("cached answers")
        db_table_comment = "Answers found again by meaning."
        verbose_name = _("cached answer")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["npc", "scope", "meaning"], name="cached_answers_scope"),
            models.Index(fields=["expires_at"], name="cached_answers_expiry"),
        ]

    def __str__(self) -> str:
        return self.text[:60]
