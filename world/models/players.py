"""Players as the world sees them. A player is a character id, never an account id."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from npcs.scales import bounded, within


class PlayerProfile(models.Model):
    char_id = models.BigIntegerField(
        _("character id"), primary_key=True, db_comment="Character id of the game server."
    )
    name = models.CharField(_("name"), max_length=50, db_comment="The character's latest name.")
    base_level = models.PositiveSmallIntegerField(
        _("base level"), default=1, db_comment="Base level."
    )
    job = models.CharField(_("job"), max_length=40, blank=True, db_comment="Job name.")
    job_level = models.PositiveSmallIntegerField(_("job level"), default=1, db_comment="Job level.")
    map_name = models.CharField(
        _("map name"), max_length=24, blank=True, db_comment="Where it was last."
    )
    kills = models.BigIntegerField(_("kills"), default=0, db_comment="Monsters, MVPs included.")
    mvp_kills = models.BigIntegerField(_("MVP kills"), default=0, db_comment="MVP monsters.")
    deaths = models.BigIntegerField(_("deaths"), default=0, db_comment="How often it died.")
    play_seconds = models.BigIntegerField(
        _("seconds played"), default=0, db_comment="Of sittings that are over."
    )
    online_since = models.DateTimeField(
        _("online since"), null=True, blank=True, db_comment="Last log-in; null: it is not online."
    )
    language = models.CharField(
        _("language"), max_length=2, blank=True, db_comment="What the player writes."
    )
    karma = models.SmallIntegerField(
        _("karma"), default=0, validators=bounded(-10_000, 10_000), db_comment="-10,000..10,000."
    )
    first_seen_at = models.DateTimeField(
        _("first seen at"), auto_now_add=True, db_comment="When it was first seen."
    )
    last_seen_at = models.DateTimeField(
        _("last seen at"), default=timezone.now, db_comment="When it was last seen."
    )

    class Meta:
        db_table = "player_profiles"
        verbose_name_plural = _("players")
        db_table_comment = "Characters of players."
        verbose_name = _("player")
        ordering = ["name"]
        indexes = [models.Index(fields=["name"], name="player_profiles_name")]
        constraints = within("player_profiles", -10_000, 10_000, "karma")

    def __str__(self) -> str:
        return f"{self.name} ({self.char_id})"


class PlayerInteraction(models.Model):
    """An edge between two characters: traded, partied, fought."""

    class Kind(models.TextChoices):
        TRADE = "trade", _("Trade")
        PARTY = "party", _("Party")
        GUILD = "guild", _("Guild")
        CHAT = "chat", _("Chat")
        FIGHT = "fight", _("Fight")

    source = models.ForeignKey(
        PlayerProfile,
        verbose_name=_("source"),
        on_delete=models.CASCADE,
        related_name="acts",
        db_comment="Who acted.",
    )
    target = models.ForeignKey(
        PlayerProfile,
        verbose_name=_("target"),
        on_delete=models.CASCADE,
        related_name="acts_received",
        db_comment="Towards whom.",
    )
    kind = models.CharField(
        _("kind"),
        max_length=8,
        choices=Kind.choices,
        db_comment="trade, party, guild, chat or fight.",
    )
    times = models.PositiveIntegerField(_("times"), default=1, db_comment="How often.")
    weight = models.FloatField(
        _("weight"), default=1, db_comment="Strength of the edge, decayed over time."
    )
    last_at = models.DateTimeField(_("last at"), db_comment="Last time.")

    class Meta:
        db_table = "player_interaction_graph"
        verbose_name_plural = _("interactions")
        db_table_comment = "Who deals with whom."
        verbose_name = _("interaction")
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
