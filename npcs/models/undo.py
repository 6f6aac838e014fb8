"""What staff deleted or changed of memories, for a while."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class MemoryUndo(models.Model):
    """A memory as it was before a person deleted or changed it. Kept for a week."""

    class Action(models.TextChoices):
        DELETED = "deleted", _("Deleted")
        EDITED = "edited", _("Changed")

    batch = models.UUIDField(_("batch"), db_comment="What was done at once, and is undone at once.")
    action = models.CharField(
        _("action"), max_length=8, choices=Action.choices, db_comment="deleted or edited."
    )
    reason = models.CharField(
        _("reason"), max_length=200, blank=True, db_comment="Which memories were meant."
    )
    memory_id = models.BigIntegerField(_("memory id"), db_comment="Its id, before and after.")
    npc_id = models.BigIntegerField(_("NPC id"), db_comment="Who remembered.")
    char_id = models.BigIntegerField(_("character id"), db_comment="About which character.")
    row = models.JSONField(_("row"), db_comment="The whole row.")
    superseded = ArrayField(
        models.BigIntegerField(),
        verbose_name=_("superseded"),
        default=list,
        db_comment="Memories it had replaced.",
    )
    by = models.CharField(_("by"), max_length=150, db_comment="User name.")
    created_at = models.DateTimeField(_("created at"), auto_now_add=True, db_comment="When.")

    class Meta:
        db_table = "npc_memory_undo"
        db_table_comment = "Memories as they were before staff deleted or changed them."
        verbose_name = _("undoable change")
        verbose_name_plural = _("undoable changes")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["batch"], name="npc_memory_undo_batch"),
            models.Index(fields=["char_id"], name="npc_memory_undo_char"),
            models.Index(fields=["created_at"], name="npc_memory_undo_old"),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()}: {self.memory_id}"
