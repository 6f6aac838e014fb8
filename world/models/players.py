"""Players as the world sees them. A player is a character id, never an account id."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from npcs.scales import bounded, within


class PlayerProfile(models.Model):
    char_id = models.BigIntegerField(
        primary_key=True, db_comment="Character id of the game server."
    )
    name = models.CharField(max_length=50)
    base_level = models.PositiveSmallIntegerField(default=1)
    job = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=2, blank=True, db_comment="What the player writes.")
    karma = models.SmallIntegerField(
        default=0, validators=bounded(-10_000, 10_000), db_comment="-10,000..10,000."
    )
    first_seen_at = models.DateTimeField(auto_now_add=True)
    last_seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "player_profiles"
        db_table_comment = "Characters of players."
        verbose_name = "player"
        ordering = ["name"]
        indexes = [models.Index(fields=["name"], name="player_profiles_name")]
        constraints = within("player_profiles", -10_000, 10_000, "karma")

    def __str__(self) -> str:
        return f"{self.name} ({self.char_id})"


class PlayerInteraction(models.Model):
    """An edge between two characters: traded, partied, fought."""

    class Kind(models.TextChoices):
        TRADE = "trade"
        PARTY = "party"
        GUILD = "guild"
        CHAT = "chat"
        FIGHT = "fight"

    source = models.ForeignKey(PlayerProfile, on_delete=models.CASCADE, related_name="acts")
    target = models.ForeignKey(
        PlayerProfile, on_delete=models.CASCADE, related_name="acts_received"
    )
    kind = models.CharField(max_length=8, choices=Kind.choices)
    times = models.PositiveIntegerField(default=1)
    weight = models.FloatField(default=1, db_comment="Strength of the edge, decayed over time.")
    last_at = models.DateTimeField()

    class Meta:
        db_table = "player_interaction_graph"
        db_table_comment = "Who deals with whom."
        verbose_name = "interaction"
        constraints = [
            models.UniqueConstraint(
                fields=["source", "target", "kind"], name="player_interaction_graph_edge_once"
            ),
            models.CheckConstraint(
                name="player_interaction_graph_no_loop", condition=~Q(source=F("target"))
            ),
        ]
        indexes = [models.Index(fields=["target", "kind"], name="player_interaction_graph_in")]

    def __str__(self) -> str:
        return f"{self.source_id} –{self.kind}→ {self.target_id}"
