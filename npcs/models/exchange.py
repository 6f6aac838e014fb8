"""What came in files."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from npcs.models.personality import NpcPersonality


class NpcCard(models.Model):
    """What an imported character card holds that has no column of its own. It goes into the card
    that is written again, and nowhere else."""

    npc = models.OneToOneField(
        NpcPersonality,
        verbose_name=_("NPC"),
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="card",
        db_comment="The character.",
    )
    data = models.JSONField(
        _("data"), db_comment="Fields and extensions of the card, as they came."
    )
    updated_at = models.DateTimeField(_("updated at"), auto_now=True, db_comment="Last import.")

    class Meta:
        db_table = "npc_cards"
        db_table_comment = "The rest of imported character cards."
        verbose_name = _("character card")
        verbose_name_plural = _("character cards")

    def __str__(self) -> str:
        return f"card of {self.npc_id}"


class ExchangeUpload(models.Model):
    """A file that was read, and waits for a person to say yes to what it would change."""

    file_name = models.CharField(
        _("file name"), max_length=120, db_comment="What the file was called."
    )
    content = models.JSONField(
        _("content"), db_comment="The characters or the pack in it, checked."
    )
    versions = models.JSONField(
        _("versions"), default=dict, db_comment="Version of each NPC when the difference was shown."
    )
    uploaded_by = models.CharField(_("uploaded by"), max_length=150, db_comment="User name.")
    created_at = models.DateTimeField(
        _("created at"), auto_now_add=True, db_comment="When. Kept for a day."
    )
    applied_at = models.DateTimeField(_("applied at"), null=True, db_comment="When it was applied.")

    class Meta:
        db_table = "exchange_uploads"
        verbose_name = _("exchange upload")
        verbose_name_plural = _("exchange uploads")
        db_table_comment = "Files that wait for confirmation."
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.file_name
