"""Factions and what they think of players."""

from __future__ import annotations

from django.db import models

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
        KINGDOM = "kingdom"
        GUILD = "guild"
        CHURCH = "church"
        MERCHANTS = "merchants"
        TRIBE = "tribe"
        OUTLAWS = "outlaws"
        SCHOLARS = "scholars"

    key = models.SlugField(max_length=60, unique=True, db_comment="Name in references.")
    name = models.CharField(max_length=80, db_comment="Name players see.")
    kind = models.CharField(
        max_length=10, choices=Kind.choices, db_comment="One of seven: kingdom, guild, church ..."
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="members",
        db_comment="Faction it is part of.",
    )
    relations = models.JSONField(
        default=dict, blank=True, db_comment="Edges: other key -> {kind, strength 0-1}."
    )
    influence = models.FloatField(
        default=0.5, validators=bounded(0, 1), db_comment="Weight in the world, 0-1."
    )
    description = models.TextField(blank=True, db_comment="What it stands for.")

    class Meta:
        db_table = "faction_nodes"
        db_table_comment = "Factions, the nodes of the faction graph."
        verbose_name = "faction"
        ordering = ["name"]
        constraints = within("faction_nodes", 0, 1, "influence")

    def __str__(self) -> str:
        return self.name


class ReputationScore(models.Model):
    player = models.ForeignKey(
        PlayerProfile, on_delete=models.CASCADE, related_name="reputation", db_comment="The player."
    )
    faction = models.ForeignKey(
        FactionNode, on_delete=models.CASCADE, related_name="reputation", db_comment="The faction."
    )
    score = models.PositiveSmallIntegerField(
        default=3750, validators=bounded(0, 10_000), db_comment="0-10,000 in eight tiers."
    )
    updated_at = models.DateTimeField(auto_now=True, db_comment="Last change.")

    class Meta:
        db_table = "reputation_scores"
        db_table_comment = "What factions think of players."
        verbose_name = "reputation"
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
