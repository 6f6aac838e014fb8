"""What an NPC knows, and how much trust it takes to hear it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from npcs.models.personality import NpcPersonality, NpcQuerySet
from npcs.scales import Sensitivity, embedding, nearest, one_of

TABLE = "npc_knowledge"
TOLD = ("topic", "text", "sensitivity", "is_active")
"""What staff decide about a piece of knowledge."""


class KnowledgeQuerySet(models.QuerySet["NpcKnowledge"]):
    def set_active(self, active: bool) -> int:
        npcs = self._knowing()
        number = self.update(is_active=active, origin=NpcKnowledge.Origin.STAFF)
        npcs.changed()
        return number

    def delete(self) -> tuple[int, dict[str, int]]:
        npcs = self._knowing()
        deleted = super().delete()
        npcs.changed()
        return deleted

    delete.queryset_only = True  # type: ignore[attr-defined]
    delete.alters_data = True  # type: ignore[attr-defined]

    def _knowing(self) -> NpcQuerySet:
        ids = list(self.order_by().values_list("npc_id", flat=True).distinct())
        return NpcPersonality.objects.filter(pk__in=ids)


class NpcKnowledge(models.Model):
    class Origin(models.TextChoices):
        SCRIPT = "script", _("Its own script")
        STAFF = "staff", _("Written by staff")

    npc = models.ForeignKey(
        NpcPersonality,
        verbose_name=_("NPC"),
        on_delete=models.CASCADE,
        related_name="knowledge",
        db_comment="Who knows it.",
    )
    topic = models.CharField(
        _("topic"), max_length=80, blank=True, db_comment="Keyword or menu choice."
    )
    text = models.TextField(_("text"), db_comment="The fact, as the NPC would say it.")
    sensitivity = models.PositiveSmallIntegerField(
        _("sensitivity"),
        choices=Sensitivity.choices,
        default=Sensitivity.PUBLIC,
        db_comment="0 public, 5 private, 8 secret, 10 confidential: trust it takes.",
    )
    origin = models.CharField(
        _("origin"),
        max_length=8,
        choices=Origin.choices,
        default=Origin.STAFF,
        db_comment="script: as imported; staff: written or changed by a person.",
    )
    branch = models.CharField(
        _("branch"),
        max_length=200,
        blank=True,
        db_comment="Path of menu choices and conditions in the script.",
    )
    position = models.PositiveIntegerField(
        _("position"), default=0, db_comment="Order in the script."
    )
    pack = models.CharField(
        _("pack"), max_length=60, blank=True, db_comment="Knowledge pack it came with; empty: none."
    )
    is_active = models.BooleanField(_("is active"), default=True, db_comment="Off: it is not told.")
    embedding = embedding("all-MiniLM-L6-v2 of topic and text; null until the model has seen it.")
    created_at = models.DateTimeField(
        _("created at"), auto_now_add=True, db_comment="When it was stored."
    )
    updated_at = models.DateTimeField(_("updated at"), auto_now=True, db_comment="Last change.")

    objects = KnowledgeQuerySet.as_manager()

    class Meta:
        db_table = TABLE
        db_table_comment = "Facts an NPC can tell."
        verbose_name = _("piece of knowledge")
        verbose_name_plural = _("knowledge")
        ordering = ["npc_id", "position", "id"]
        indexes = [
            models.Index(fields=["npc", "sensitivity"], name="npc_knowledge_open"),
            models.Index(
                fields=["id"],
                name="npc_knowledge_unembedded",
                condition=models.Q(embedding=None),
            ),
            nearest("npc_knowledge_nearest"),
        ]
        constraints = [one_of(TABLE, "sensitivity", Sensitivity.values)]

    def __str__(self) -> str:
        return f"{self.topic}: {self.text[:60]}" if self.topic else self.text[:60]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A change makes the row the staff's own: the next import leaves it alone."""
        changed = self._changed()
        if changed:
            self.origin = self.Origin.STAFF
        if changed & {"topic", "text"}:
            self.embedding = None  # a vector of other words finds this for the wrong questions
        if changed and (fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*fields, "origin", "embedding"}
        super().save(*args, **kwargs)
        NpcPersonality.objects.filter(pk=self.npc_id).changed()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        NpcPersonality.objects.filter(pk=self.npc_id).changed()
        return super().delete(*args, **kwargs)

    def _changed(self) -> set[str]:
        """Which of TOLD differ from what is stored; none for a new row."""
        stored = NpcKnowledge.objects.filter(pk=self.pk).values(*TOLD).first() or {}
        return {name for name, value in stored.items() if value != getattr(self, name)}
