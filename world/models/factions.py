"""Factions and what they think of players."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from npcs.scales import bounded, within
from world.models.players import PlayerProfile

TIERS = (
    (0, "hated"), (1250, "hostile"), (2500, "unfriendly"), (3750, "neutral"),
    (5000, "friendly"), (6250, "honored"), (7500, "revered"), (8750, "exalted"),
)  # fmt: skip
"""Reputation 0-10,000 in eight tiers: (lowest score, name)."""


def tier(score: int) -> str:
    return next(name for low, name in reversed(TIERS) if score >= low)


class FactionNode(models.Model):
    class Kind(models.TextChoices):
        KINGDOM = "kingdom", _("Kingdom")
        GUILD = "guild", _("Guild")
        CHURCH = "church", _("Church")
        MERCHANTS = "merchants", _("Merchants")
        TRIBE = "tribe", _("Tribe")
        OUTLAWS = "outlaws", _("Outlaws")
        SCHOLARS = "scholars", _("Scholars")

    key = models.SlugField(_("key"), max_length=60, unique=True, db_comment="Name in references.")
    name = models.CharField(_("name"), max_length=80, db_comment="Name players see.")
    kind = models.CharField(
        _("kind"),
        max_length=10,
        choices=Kind.choices,
        db_comment="One of seven: kingdom, guild, church ...",
    )
    parent = models.ForeignKey(
        "self",
        verbose_name=_("parent"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="members",
        db_comment="Faction it is part of.",
    )
    relations = models.JSONField(
        _("relations"),
        default=dict,
        blank=True,
        db_comment="Edges: other key -> {kind, strength 0-1}.",
    )
    influence = models.FloatField(
        _("influence"),
        default=0.5,
        validators=bounded(0, 1),
        db_comment="Weight in the world, 0-1.",
    )
    description = models.TextField(_("description"), blank=True, db_comment="What it stands for.")

    class Meta:
        db_table = "faction_nodes"
        verbose_name_plural = _("factions")
        db_table_comment = "Factions, the nodes of the faction graph."
        verbose_name = _("faction")
        ordering = ["name"]
        constraints = within("faction_nodes", 0, 1, "influence")

    def __str__(self) -> str:
        return self.name


class ReputationScore(models.Model):
    player = models.ForeignKey(
        PlayerProfile,
        verbose_name=_("player"),
        on_delete=models.CASCADE,
        related_name="reputation",
        db_comment="The player.",
    )
    faction = models.ForeignKey(
        FactionNode,
        verbose_name=_("faction"),
        on_delete=models.CASCADE,
        related_name="reputation",
        db_comment="The faction.",
    )
    score = models.PositiveSmallIntegerField(
        _("score"),
        default=3750,
        validators=bounded(0, 10_000),
        db_comment="0-10,000 in eight tiers.",
    )
    updated_at = models.DateTimeField(_("updated at"), auto_now=True, db_comment="Last change.")

    class Meta:
        db_table = "reputation_scores"
        verbose_name_plural = _("reputations")
        db_table_comment = "What factions think of players."
        verbose_name = _("reputation")
        constraints = [
            *within("reputation_scores", 0, 10_000, "score"),
            models.UniqueConstraint(fields=["player", "faction"], name="reputation_scores_once"),
        ]
        indexes = [models.Index(fields=["faction", "-score"], name="reputation_scores_rank")]

    def __str__(self) -> str:
        return f"{self.player_id} with {self.faction_id}: {self.tier}"

    @property
    def tier(self) -> str:
        return tier(self.score)
