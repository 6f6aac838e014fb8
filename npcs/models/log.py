"""What NPCs decided, and who told whom."""

from __future__ import annotations

from django.db import models

from npcs.models.knowledge import NpcKnowledge
from npcs.models.memory import NpcMemory
from npcs.models.personality import NpcPersonality
from npcs.scales import Source, within


class NpcDecision(models.Model):
    npc = models.ForeignKey(NpcPersonality, on_delete=models.CASCADE, related_name="decisions")
    situation = models.TextField(db_comment="What it had to decide.")
    options = models.JSONField(
        default=list, db_comment="What it could choose from, with utilities."
    )
    chosen = models.CharField(max_length=200)
    reason = models.TextField(blank=True)
    source = models.CharField(max_length=16, choices=Source.choices)
    decided_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "npc_decisions_log"
        db_table_comment = "Decisions of NPCs."
        verbose_name = "decision"
        ordering = ["-decided_at"]
        indexes = [models.Index(fields=["npc", "-decided_at"], name="npc_decisions_log_of")]


class InformationSharing(models.Model):
    """Gossip with provenance."""

    teller = models.ForeignKey(NpcPersonality, on_delete=models.CASCADE, related_name="told")
    listener = models.ForeignKey(NpcPersonality, on_delete=models.CASCADE, related_name="heard")
    memory = models.ForeignKey(NpcMemory, on_delete=models.SET_NULL, null=True, blank=True)
    knowledge = models.ForeignKey(NpcKnowledge, on_delete=models.SET_NULL, null=True, blank=True)
    told_text = models.TextField(db_comment="What was told.")
    distortion = models.FloatField(default=0, db_comment="0 word for word, 1 unrecognisable.")
    hops = models.PositiveSmallIntegerField(default=1, db_comment="Tellings since the origin.")
    shared_at = models.DateTimeField(auto_now_add=True)

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
