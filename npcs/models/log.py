"""What NPCs decided, and who told whom."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from npcs.models.knowledge import NpcKnowledge
from npcs.models.memory import NpcMemory
from npcs.models.personality import NpcPersonality
from npcs.scales import Source, within


class NpcDecision(models.Model):
    npc = models.ForeignKey(
        NpcPersonality,
        verbose_name=_("NPC"),
        on_delete=models.CASCADE,
        related_name="decisions",
        db_comment="Who decided.",
    )
    situation = models.TextField(_("situation"), db_comment="What it had to decide.")
    options = models.JSONField(
        _("options"), default=list, db_comment="What it could choose from, with utilities."
    )
    chosen = models.CharField(_("chosen"), max_length=200, db_comment="What it chose.")
    reason = models.TextField(_("reason"), blank=True, db_comment="Why.")
    source = models.CharField(
        _("source"),
        max_length=16,
        choices=Source.choices,
        db_comment="llm, composer ...: who thought of it.",
    )
    char_id = models.BigIntegerField(
        _("character id"), null=True, blank=True, db_comment="Player's character it was about."
    )
    request_id = models.CharField(
        _("request id"),
        max_length=64,
        null=True,
        blank=True,
        unique=True,
        db_comment="Request that asked; a repeat gets the same decision.",
    )
    decided_at = models.DateTimeField(_("decided at"), auto_now_add=True, db_comment="When.")

    class Meta:
        db_table = "npc_decisions_log"
        verbose_name_plural = _("decisions")
        db_table_comment = "Decisions of NPCs."
        verbose_name = _("decision")
        ordering = ["-decided_at"]
        indexes = [
            models.Index(fields=["npc", "-decided_at"], name="npc_decisions_log_of"),
            models.Index(
                fields=["char_id"],
                name="npc_decisions_log_char",
                condition=models.Q(char_id__isnull=False),
            ),
        ]


class InformationSharing(models.Model):
    """Gossip with provenance."""

    teller = models.ForeignKey(
        NpcPersonality,
        verbose_name=_("teller"),
        on_delete=models.CASCADE,
        related_name="told",
        db_comment="Who told.",
    )
    listener = models.ForeignKey(
        NpcPersonality,
        verbose_name=_("listener"),
        on_delete=models.CASCADE,
        related_name="heard",
        db_comment="Who was told.",
    )
    memory = models.ForeignKey(
        NpcMemory,
        verbose_name=_("memory"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        db_comment="Memory it came from, if it did.",
    )
    knowledge = models.ForeignKey(
        NpcKnowledge,
        verbose_name=_("knowledge"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        db_comment="Knowledge it came from, if it did.",
    )
    became = models.ForeignKey(
        NpcKnowledge,
        verbose_name=_("what it became"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="tellings",
        db_comment="What the listener knows by it, while it does.",
    )
    root = models.ForeignKey(
        NpcKnowledge,
        verbose_name=_("where it began"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="spread",
        db_comment="The knowledge the first of the chain told.",
    )
    told_text = models.TextField(_("told text"), db_comment="What was told.")
    distortion = models.FloatField(
        _("distortion"), default=0, db_comment="0 word for word, 1 unrecognisable."
    )
    hops = models.PositiveSmallIntegerField(
        _("hops"), default=1, db_comment="Tellings since the origin."
    )
    sensitivity = models.PositiveSmallIntegerField(
        _("sensitivity"), default=0, db_comment="What it takes to hear it; as where it began."
    )
    shared_at = models.DateTimeField(
        _("shared at"), auto_now_add=True, db_comment="When it was told."
    )

    class Meta:
        db_table = "information_sharing_log"
        db_table_comment = "Who told whom what."
        verbose_name = _("piece of gossip")
        verbose_name_plural = _("gossip")
        ordering = ["-shared_at"]
        indexes = [
            models.Index(fields=["listener", "-shared_at"], name="information_sharing_heard"),
            models.Index(fields=["teller", "-shared_at"], name="information_sharing_told"),
            models.Index(fields=["root", "shared_at"], name="information_sharing_chain"),
        ]
        constraints = within("information_sharing_log", 0, 1, "distortion")
