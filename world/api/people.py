"""Players, and what they are to factions and to each other."""

from __future__ import annotations

from rest_framework import serializers

from aiworld.rest import filters
from aiworld.rest.bodies import RowSerializer
from aiworld.rest.schema import example
from tenants.api_rows import Rows
from world.models import PlayerInteraction, PlayerProfile, ReputationScore
from world.models.factions import TIERS

PLAYER = {
    "char_id": 150_001,
    "name": "Aline",
    "base_level": 67,
    "job": "Priest",
    "language": "pt",
    "karma": 120,
    "first_seen_at": "2026-02-01T12:00:00Z",
    "last_seen_at": "2026-03-01T12:00:00Z",
}


@example(**PLAYER)
class PlayerSerializer(RowSerializer):
    class Meta:
        model = PlayerProfile
        fields = tuple(PLAYER)
        read_only_fields = fields


class PlayerFilters(filters.Filters):
    name = filters.Text(help_text="Name, in full.")
    language = filters.Text(help_text="What the player writes, e.g. en.", max_length=2)
    job = filters.Text(help_text="Job name, in full.")
    seen_since = filters.Moment("last_seen_at", lookup_expr="gte", help_text="Seen since then.")
    search = filters.Words("name")


class Players(Rows):
    """Characters of players; a player is a character id, never an account id."""

    tag, one, many = "Players", "a player", "players"
    queryset = PlayerProfile.objects.all()
    serializer_class = PlayerSerializer
    filterset_class = PlayerFilters
    orderings = ("pk", "name", "karma", "last_seen_at")


REPUTED = {
    "id": 5,
    "char_id": 150_001,
    "faction": "smiths",
    "score": 5400,
    "tier": "friendly",
    "updated_at": "2026-03-01T12:00:00Z",
}


@example(**REPUTED)
class ReputationSerializer(RowSerializer):
    char_id = serializers.IntegerField(
        source="player_id", read_only=True, help_text="The player's character."
    )
    faction = serializers.CharField(source="faction.key", read_only=True, help_text="Its key.")
    tier = serializers.ChoiceField(
        choices=[name for _, name in TIERS], read_only=True, help_text="The score as one of eight."
    )

    class Meta:
        model = ReputationScore
        fields = tuple(REPUTED)
        read_only_fields = fields


class ReputationFilters(filters.Filters):
    char_id = filters.Whole("player_id", help_text="The player's character.")
    faction = filters.Text("faction__key", help_text="Key of the faction.")
    min_score = filters.Number("score", lookup_expr="gte", help_text="0-10,000.")


class Reputation(Rows):
    """What factions think of players, 0-10,000 in eight tiers."""

    tag, one, many = "Reputation", "a reputation", "reputation"
    queryset = ReputationScore.objects.select_related("faction")
    serializer_class = ReputationSerializer
    filterset_class = ReputationFilters
    orderings = ("-pk", "score", "updated_at")


DEALT = {
    "id": 9,
    "char_id": 150_001,
    "other_char_id": 150_002,
    "kind": "trade",
    "times": 4,
    "weight": 2.5,
    "last_at": "2026-03-01T12:00:00Z",
}


@example(**DEALT)
class InteractionSerializer(RowSerializer):
    char_id = serializers.IntegerField(source="source_id", read_only=True, help_text="Who acted.")
    other_char_id = serializers.IntegerField(
        source="target_id", read_only=True, help_text="Towards whom."
    )

    class Meta:
        model = PlayerInteraction
        fields = tuple(DEALT)
        read_only_fields = fields


class InteractionFilters(filters.Filters):
    char_id = filters.Whole("source_id", help_text="Who acted.")
    other_char_id = filters.Whole("target_id", help_text="Towards whom.")
    kind = filters.Choice(choices=PlayerInteraction.Kind.choices, help_text="What they did.")


class Interactions(Rows):
    """Who deals with whom: edges of the players' graph."""

    tag, one, many = "Interactions", "an interaction", "interactions"
    queryset = PlayerInteraction.objects.all()
    serializer_class = InteractionSerializer
    filterset_class = InteractionFilters
    orderings = ("-pk", "weight", "last_at")
