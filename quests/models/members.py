"""Who shares a quest, and what each has done for it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from quests.models.quest import DynamicQuest


class QuestMember(models.Model):
    quest = models.ForeignKey(
        DynamicQuest,
        verbose_name=_("quest"),
        on_delete=models.CASCADE,
        related_name="members",
        db_comment="The quest.",
    )
    char_id = models.BigIntegerField(_("character id"), db_comment="Who.")
    account = models.CharField(
        _("account"),
        max_length=64,
        blank=True,
        db_comment="Keyed digest of the account's id; empty: not told.",
    )
    counted = models.JSONField(
        _("counted"), default=list, db_comment="Per objective: totals the map-server reported."
    )
    seen = models.JSONField(
        _("seen"), default=list, db_comment="Per objective: counted from the game's events."
    )
    is_paid = models.BooleanField(
        _("paid"), default=False, db_comment="The grant of a completed quest is written."
    )
    joined_at = models.DateTimeField(_("joined at"), auto_now_add=True, db_comment="When.")

    class Meta:
        db_table = "quest_members"
        db_table_comment = "Characters that share a quest."
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["quest", "char_id"], name="quest_members_once")
        ]
        indexes = [models.Index(fields=["char_id", "quest"], name="quest_members_char")]

    def __str__(self) -> str:
        return f"{self.char_id}"
