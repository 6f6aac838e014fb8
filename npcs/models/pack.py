"""Knowledge that many share: a town's, a guild's, a faction's."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from npcs.models.personality import NpcPersonality, NpcQuerySet

RULES = ("map_name", "role", "group", "faction")
"""Whom a pack is for: columns of an NPC, compared whatever the case; empty: whichever."""


class KnowledgePack(models.Model):
    name = models.CharField(
        _("name"), max_length=60, unique=True, db_comment="Name, also in files."
    )
    attribution = models.CharField(
        _("attribution"),
        max_length=120,
        blank=True,
        help_text=_("Said before a fact of the pack, e.g. “Every guard knows”. Empty: nothing."),
        db_comment="Who says so, as an NPC would put it before a fact; empty: nothing.",
    )
    map_name = models.CharField(
        _("on map"), max_length=24, blank=True, db_comment="For NPCs on this map; empty: any."
    )
    role = models.CharField(
        _("with role"), max_length=40, blank=True, db_comment="For this role; empty: any."
    )
    group = models.CharField(
        _("in group"), max_length=40, blank=True, db_comment="For this group; empty: any."
    )
    faction = models.CharField(
        _("of faction"),
        max_length=60,
        blank=True,
        db_comment="For NPCs of this faction (its key); empty: any.",
    )
    keys = ArrayField(
        models.CharField(max_length=120),
        verbose_name=_("only these"),
        default=list,
        blank=True,
        help_text=_("Keys of NPCs, with a comma between: prontera/Guard#1,prontera/Guard#2."),
        db_comment="For NPCs with these keys; empty: any.",
    )
    is_active = models.BooleanField(
        _("is active"), default=True, db_comment="Off: nothing of it is told."
    )
    created_at = models.DateTimeField(
        _("created at"), auto_now_add=True, db_comment="When it was made."
    )
    updated_at = models.DateTimeField(_("updated at"), auto_now=True, db_comment="Last change.")

    class Meta:
        db_table = "knowledge_packs"
        db_table_comment = "Knowledge that many NPCs share; its facts are in npc_knowledge."
        verbose_name = _("knowledge pack")
        verbose_name_plural = _("knowledge packs")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        before = KnowledgePack.objects.filter(pk=self.pk).first()
        if before:
            before.npcs().changed()
        super().save(*args, **kwargs)
        self.npcs().changed()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        self.npcs().changed()
        return super().delete(*args, **kwargs)

    def npcs(self) -> NpcQuerySet:
        """Whom it is for, whether or not it is switched on."""
        rules = {f"{name}__iexact": value for name in RULES if (value := getattr(self, name))}
        if self.keys:
            rules["key__in"] = self.keys
        return NpcPersonality.objects.filter(**rules)
