"""A character as it was."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from npcs.models.personality import NpcPersonality


class NpcSnapshot(models.Model):
    npc = models.ForeignKey(
        NpcPersonality,
        verbose_name=_("NPC"),
        on_delete=models.CASCADE,
        related_name="snapshots",
        db_comment="Whose state it is.",
    )
    label = models.CharField(_("label"), max_length=120, db_comment="What it was taken for.")
    made_by = models.CharField(_("made by"), max_length=150, blank=True, db_comment="Who took it.")
    parts = models.JSONField(
        _("parts"),
        default=list,
        db_comment="persona, knowledge, relationships, memories: what it holds.",
    )
    data = models.JSONField(
        _("data"), editable=False, db_comment="Rows as they were, by part; no vectors."
    )
    size_bytes = models.PositiveIntegerField(
        _("size bytes"), default=0, db_comment="Length of data as JSON."
    )
    created_at = models.DateTimeField(
        _("created at"), auto_now_add=True, db_comment="When it was taken."
    )

    class Meta:
        db_table = "npc_snapshots"
        verbose_name_plural = _("snapshots")
        db_table_comment = "Characters as they were, to go back to."
        verbose_name = _("snapshot")
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["npc", "-created_at"], name="npc_snapshots_of")]

    def __str__(self) -> str:
        return self.label
