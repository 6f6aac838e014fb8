"""What an NPC thinks of a player, and of another NPC."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from npcs.models.personality import NpcPersonality
from npcs.scales import Emotion, bounded, within

TABLE = "npc_relationships"
FIRST_TRUST = 2.0


class NpcRelationship(models.Model):
    npc = models.ForeignKey(
        NpcPersonality,
        verbose_name=_("NPC"),
        on_delete=models.CASCADE,
        related_name="relationships",
        db_comment="Whose view it is.",
    )
    char_id = models.BigIntegerField(
        _("character id"), null=True, blank=True, db_comment="The player's character."
    )
    player_name = models.CharField(
        _("player name"), max_length=50, blank=True, db_comment="The character's latest name."
    )
    other_npc = models.ForeignKey(
        NpcPersonality,
        verbose_name=_("other NPC"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        db_comment="The other side, when it is an NPC.",
    )
    trust = models.FloatField(
        _("trust"),
        default=FIRST_TRUST,
        validators=bounded(0, 10),
        db_comment="In the player, 0-10.",
    )
    bond = models.SmallIntegerField(
        _("bond"),
        default=0,
        validators=bounded(-100, 100),
        db_comment="With the other NPC, -100..100.",
    )
    bond_resting = models.SmallIntegerField(
        _("resting bond"),
        default=0,
        db_default=0,
        validators=bounded(-100, 100),
        help_text=_(
            "What the bond comes back to by itself; what you set it to, if you leave this."
        ),
        db_comment="What the bond comes back to when they have nothing to do with each other.",
    )
    bond_faded_on = models.DateField(
        _("bond faded on"),
        null=True,
        blank=True,
        editable=False,
        db_comment="Day on which it last came a step back.",
    )
    talks = models.PositiveIntegerField(_("talks"), default=0, db_comment="Turns so far.")
    trust_day = models.DateField(
        _("trust day"), null=True, blank=True, db_comment="Day trust_moved counts for."
    )
    trust_moved = models.FloatField(
        _("trust moved"), default=0, db_comment="How far trust moved on that day."
    )
    bond_day = models.DateField(
        _("bond day"), null=True, blank=True, db_comment="Day bond_moved counts for."
    )
    bond_moved = models.SmallIntegerField(
        _("bond moved"), default=0, db_default=0, db_comment="How far bond moved on that day."
    )
    last_reason = models.CharField(
        _("last reason"), max_length=120, blank=True, db_comment="Why it last moved."
    )
    mood = models.CharField(
        _("mood towards"),
        max_length=10,
        choices=Emotion.choices,
        blank=True,
        default="",
        db_default="",
        db_comment="What the player's words left the NPC feeling; empty: its base mood.",
    )
    mood_strength = models.FloatField(
        _("strength of the mood"),
        default=0,
        db_default=0,
        validators=bounded(0, 1),
        db_comment="Of the mood at mood_at, 0-1; it halves in 10 to 30 minutes.",
    )
    mood_at = models.DateTimeField(
        _("mood since"), null=True, blank=True, db_comment="When the mood was last raised."
    )
    reflected_at = models.DateTimeField(
        _("reflected at"),
        null=True,
        blank=True,
        editable=False,
        db_comment="When a language model was last asked what the NPC notices about the player.",
    )
    first_met_at = models.DateTimeField(
        _("first met at"), auto_now_add=True, db_comment="First talk."
    )
    last_met_at = models.DateTimeField(
        _("last met at"), null=True, blank=True, db_comment="Last talk."
    )

    class Meta:
        db_table = TABLE
        verbose_name_plural = _("relationships")
        db_table_comment = "Trust of an NPC in a player, bond of an NPC with an NPC."
        verbose_name = _("relationship")
        ordering = ["-last_met_at"]
        indexes = [
            models.Index(fields=["char_id"], name="npc_relationships_char"),
            models.Index(fields=["-last_met_at", "-id"], name="npc_relationships_latest"),
        ]
        constraints = [
            *within(TABLE, 0, 10, "trust"),
            *within(TABLE, -100, 100, "bond", "bond_resting"),
            *within(TABLE, 0, 1, "mood_strength"),
            models.CheckConstraint(
                name="npc_relationships_one_other",
                condition=Q(char_id__isnull=False, other_npc__isnull=True)
                | Q(char_id__isnull=True, other_npc__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["npc", "char_id"],
                condition=Q(char_id__isnull=False),
                name="npc_relationships_player_once",
            ),
            models.UniqueConstraint(
                fields=["npc", "other_npc"],
                condition=Q(other_npc__isnull=False),
                name="npc_relationships_npc_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.npc_id} → {self.player_name or self.other_npc_id}"
