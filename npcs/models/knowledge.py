"""What an NPC knows, and how much trust it takes to hear it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from aiworld.errors import Invalid
from npcs import conditions
from npcs.models.memory import NpcMemory
from npcs.models.pack import KnowledgePack
from npcs.models.personality import NpcPersonality, NpcQuerySet
from npcs.scales import Sensitivity, embedding, nearest, one_of, within

TABLE = "npc_knowledge"
TOLD = ("topic", "text", "sensitivity", "condition", "is_active")
"""What staff decide about a piece of knowledge."""


def possible_condition(text: str) -> None:
    """Validator: a condition that can be read, or none. Raises ValidationError."""
    if text.strip():
        try:
            conditions.check(text)
        except Invalid as error:
            raise ValidationError(error.message, code="condition") from None


class KnowledgeQuerySet(models.QuerySet["NpcKnowledge"]):
    def set_active(self, active: bool) -> int:
        npcs = self._knowing()
        ids = list(self.values_list("pk", flat=True))
        heard = NpcKnowledge.objects.filter(root__in=ids)
        number = self.update(is_active=active, origin=NpcKnowledge.Origin.STAFF)
        npcs.changed()
        if not active:  # what is kept back at its origin is kept back by who heard it too
            heard._knowing().changed()
            heard.update(is_active=False)
            NpcMemory.objects.filter(learned_from__in=ids).delete()
        return number

    def delete(self) -> tuple[int, dict[str, int]]:
        npcs = self._knowing()
        deleted = super().delete()
        npcs.changed()
        return deleted

    delete.queryset_only = True  # type: ignore[attr-defined]
    delete.alters_data = True  # type: ignore[attr-defined]

    def _knowing(self) -> NpcQuerySet:
        """The NPCs these rows, or what was heard of them, are told by."""
        mine = list(self.order_by().values_list("pk", "npc_id", "pack_id"))
        heard = NpcKnowledge.objects.filter(root__in=[row[0] for row in mine])
        ids = {row[1] for row in mine} | set(heard.values_list("npc_id", flat=True))
        for pack in KnowledgePack.objects.filter(pk__in={row[2] for row in mine} - {None}):
            ids |= set(pack.npcs().values_list("pk", flat=True))
        return NpcPersonality.objects.filter(pk__in=ids - {None})


class NpcKnowledge(models.Model):
    class Origin(models.TextChoices):
        SCRIPT = "script", _("Its own script")
        STAFF = "staff", _("Written by staff")
        HEARD = "heard", _("Heard from another NPC")

    npc = models.ForeignKey(
        NpcPersonality,
        verbose_name=_("NPC"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="knowledge",
        db_comment="Who knows it; null: it is in a pack.",
    )
    pack = models.ForeignKey(
        KnowledgePack,
        verbose_name=_("pack"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="facts",
        db_comment="Pack it is in; everybody the pack is for knows it.",
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
    condition = models.CharField(
        _("condition"),
        max_length=conditions.LONGEST,
        blank=True,
        validators=[possible_condition],
        help_text=_('Told only while this is true, e.g. weather == "rain" and hour >= 20.'),
        db_comment="Told only while this is true; empty: always.",
    )
    origin = models.CharField(
        _("origin"),
        max_length=8,
        choices=Origin.choices,
        default=Origin.STAFF,
        db_comment="script: as imported; staff: by a person; heard: from another NPC.",
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
    attribution = models.CharField(
        _("attribution"),
        max_length=120,
        blank=True,
        db_comment="Who it is from, as the NPC would say it: Brannoc told me.",
    )
    root = models.ForeignKey(
        "self",
        verbose_name=_("where it began"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        editable=False,
        related_name="copies",
        db_comment="What was heard is a copy of this; it goes with it.",
    )
    hops = models.PositiveSmallIntegerField(
        _("hops"), default=0, editable=False, db_comment="Tellings since where it began."
    )
    distortion = models.FloatField(
        _("distortion"),
        default=0,
        editable=False,
        db_comment="0 word for word, 1 unrecognisable.",
    )
    is_active = models.BooleanField(_("is active"), default=True, db_comment="Off: it is not told.")
    may_spread = models.BooleanField(
        _("may spread"),
        default=True,
        help_text=_("Off: NPCs do not pass it on to each other."),
        db_comment="Off: it is no gossip.",
    )
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
                condition=Q(embedding=None),
            ),
            models.Index(
                fields=["npc", "condition"],
                name="npc_knowledge_conditional",
                condition=~Q(condition=""),
            ),
            nearest("npc_knowledge_nearest"),
        ]
        constraints = [
            one_of(TABLE, "sensitivity", Sensitivity.values),
            *within(TABLE, 0, 1, "distortion"),
            models.CheckConstraint(
                name="npc_knowledge_one_holder", condition=Q(npc=None) ^ Q(pack=None)
            ),
            models.UniqueConstraint(
                fields=["npc", "root"],
                condition=Q(root__isnull=False),
                name="npc_knowledge_heard_once",
            ),
        ]

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
        if changed:
            self._hold_back_copies()
            self._correct_towns(changed)
        NpcKnowledge.objects.filter(pk=self.pk)._knowing().changed()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        NpcKnowledge.objects.filter(pk=self.pk)._knowing().changed()
        return super().delete(*args, **kwargs)

    def _changed(self) -> set[str]:
        """Which of TOLD differ from what is stored; none for a new row."""
        stored = NpcKnowledge.objects.filter(pk=self.pk).values(*TOLD).first() or {}
        return {name for name, value in stored.items() if value != getattr(self, name)}

    def _hold_back_copies(self) -> None:
        """What others heard of it is never told sooner than the thing itself."""
        NpcKnowledge.objects.filter(root=self).update(
            sensitivity=Greatest("sensitivity", self.sensitivity),
            condition=self.condition,
            **({} if self.is_active else {"is_active": False}),
        )

    def _correct_towns(self, changed: set[str]) -> None:
        """What towns came to remember by it says the same, or is gone with it."""
        if not self.is_active or self.sensitivity > Sensitivity.PUBLIC or self.condition:
            self.town_memories.all().delete()
        elif changed & {"topic", "text"}:
            for old in self.town_memories.filter(superseded_by=None):
                mark = f"{old.request_id}"[:50]
                old.retold(text=self.text, subject=self.topic, mark=f"{mark}~{uuid4().hex[:8]}")
