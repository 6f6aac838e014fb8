"""What NPCs decided, and who told whom."""

from __future__ import annotations

from django.db import models

from npcs.models.knowledge import NpcKnowledge
from npcs.models.memory import NpcMemory
from npcs.models.personality import NpcPersonality
from npcs.scales import Source, within


class NpcDecision(models.Model):
    npc = models.ForeignKey(
        NpcPersonality,
        on_delete=models.CASCADE,
        related_name="decisions",
        db_comment="Who decided.",
    )
    situation = models.TextField(db_comment="What it had to decide.")
    options = models.JSONField(
        default=list, db_comment="What it could choose from, with utilities."
    )
    chosen = models.CharField(max_length=200, db_comment="What it chose.")
    reason = models.TextField(blank=True, db_comment="Why.")
    source = models.CharField(
        max_length=16, choices=Source.choices, db_comment="llm, composer ...: who thought of it."
    )
    decided_at = models.DateTimeField(auto_now_add=True, db_comment="When.")

    class Meta:
        db_table = "npc_decisions_log"
        db_table_comment = "Decisions of NPCs."
        verbose_name = "decision"
        ordering = ["-decided_at"]
        indexes = [models.Index(fields=["npc", "-decided_at"], name="npc_decisions_log_of")]


class InformationSharing(models.Model):
    """Gossip with provenance."""

    teller = models.ForeignKey(
        NpcPersonality, on_delete=models.CASCADE, related_name="told", db_comment="Who told."
    )
    listener = models.ForeignKey(
        NpcPersonality, on_delete=models.CASCADE, related_name="heard", db_comment="Who was told."
    )
    memory = models.ForeignKey(
        NpcMemory,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        db_comment="Memory it came from, if it did.",
    )
    knowledge = models.ForeignKey(
        NpcKnowledge,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        db_comment="Knowledge it came from, if it did.",
    )
    told_text = models.TextField(db_comment="What was told.")
    distortion = models.FloatField(default=0, db_comment="0 word for word, 1 unrecognisable.")
    hops = models.PositiveSmallIntegerField(default=1, db_comment="Tellings since the origin.")
    shared_at = models.DateTimeField(auto_now_add=True, db_comment="When it was told.")

    class Meta:
        db_table = "information_sharing_log"
        db_table_comment = "Who told whom what."
        verbose_name = "piece of gossip"
        verbose_name_plural = "gossip"
        ordering = ["-shared_at"]
        indexes = [
            models.Index(fields=["listener", "-shared_at"], name="information_sharing_heard"),
            models.Index(fields=["teller", "-shared_at"], name="information_sharing_told"),
        ]
        constraints = within("information_sharing_log", 0, 1, "distortion")
