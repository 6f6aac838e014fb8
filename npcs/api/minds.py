"""What NPCs remember, what they think of others, what they decided and told."""

from __future__ import annotations

from rest_framework.mixins import DestroyModelMixin

from aiworld.rest import filters
from aiworld.rest.bodies import RowSerializer
from aiworld.rest.schema import example
from npcs.models import InformationSharing, NpcDecision, NpcMemory, NpcRelationship
from npcs.models.memory import Scope
from npcs.scales import Source, Speaker
from tenants.api_rows import Rows

REMEMBERED = {
    "id": 512,
    "npc": 7,
    "char_id": 150_001,
    "player_name": "Aline",
    "kind": "fact",
    "speaker": "player",
    "subject": "sister",
    "text": "My sister is ill.",
    "importance": 6.5,
    "place": "prontera",
    "happened_at": "2026-03-01T12:00:00Z",
    "created_at": "2026-03-01T12:00:01Z",
    "turn": 9001,
    "superseded_by": None,
    "scope": "private",
    "scope_key": "",
}


@example(**REMEMBERED)
class MemorySerializer(RowSerializer):
    class Meta:
        model = NpcMemory
        fields = tuple(REMEMBERED)
        read_only_fields = fields


class MemoryFilters(filters.Filters):
    npc = filters.Whole("npc_id", help_text="Id of the NPC that remembers.")
    char_id = filters.Whole(help_text="Character it is about.")
    kind = filters.Choice(choices=NpcMemory.Kind.choices, help_text="Kind of memory.")
    speaker = filters.Choice(choices=Speaker.choices, help_text="Who said it.")
    scope = filters.Choice(choices=Scope.choices, help_text="Who remembers.")
    min_importance = filters.Number("importance", lookup_expr="gte", help_text="0-10.")
    happened_after = filters.Moment("happened_at", lookup_expr="gte", help_text="From then on.")
    happened_before = filters.Moment("happened_at", lookup_expr="lt", help_text="Before then.")
    search = filters.Words("text", "subject")


class Memories(DestroyModelMixin, Rows):
    """What NPCs remember, each of one character, or a town or a faction of nobody (character 0); a
    deleted one is forgotten for good."""

    tag, one, many = "Memories", "a memory", "memories"
    queryset = NpcMemory.objects.defer("embedding")
    serializer_class = MemorySerializer
    filterset_class = MemoryFilters
    orderings = ("-pk", "happened_at", "importance")


FELT = {
    "id": 88,
    "npc": 7,
    "char_id": 150_001,
    "player_name": "Aline",
    "other_npc": None,
    "trust": 4.2,
    "bond": 0,
    "talks": 17,
    "last_reason": "a kind word",
    "first_met_at": "2026-02-01T12:00:00Z",
    "last_met_at": "2026-03-01T12:00:00Z",
}


@example(**FELT)
class RelationshipSerializer(RowSerializer):
    class Meta:
        model = NpcRelationship
        fields = tuple(FELT)
        read_only_fields = fields


class RelationshipFilters(filters.Filters):
    npc = filters.Whole("npc_id", help_text="Id of the NPC whose view it is.")
    char_id = filters.Whole(help_text="The player's character.")
    other_npc = filters.Whole("other_npc_id", help_text="Id of the other NPC.")
    min_trust = filters.Number("trust", lookup_expr="gte", help_text="0-10.")
    max_trust = filters.Number("trust", lookup_expr="lte", help_text="0-10.")
    search = filters.Words("player_name")


class Relationships(Rows):
    """Trust of an NPC in a player (0-10), bond of an NPC with an NPC (-100..100)."""

    tag, one, many = "Relationships", "a relationship", "relationships"
    queryset = NpcRelationship.objects.all()
    serializer_class = RelationshipSerializer
    filterset_class = RelationshipFilters
    orderings = ("-pk", "trust", "talks")


DECIDED = {
    "id": 3,
    "npc": 7,
    "situation": "It begins to rain.",
    "options": [
        {"text": "stay", "act": "wait", "utility": 0.41},
        {"text": "go inside", "act": "other", "utility": 0.5},
    ],
    "chosen": "go inside",
    "reason": "The coal must stay dry.",
    "source": "llm",
    "char_id": None,
    "decided_at": "2026-03-01T12:00:00Z",
}


@example(**DECIDED)
class DecisionSerializer(RowSerializer):
    class Meta:
        model = NpcDecision
        fields = tuple(DECIDED)
        read_only_fields = fields


class DecisionFilters(filters.Filters):
    npc = filters.Whole("npc_id", help_text="Id of the NPC that decided.")
    source = filters.Choice(choices=Source.choices, help_text="Who thought of it.")
    search = filters.Words("situation", "chosen")


class Decisions(Rows):
    """What NPCs decided, and why."""

    tag, one, many = "Decisions", "a decision", "decisions"
    queryset = NpcDecision.objects.all()
    serializer_class = DecisionSerializer
    filterset_class = DecisionFilters


TOLD = {
    "id": 12,
    "teller": 7,
    "listener": 8,
    "memory": None,
    "knowledge": 31,
    "became": 40,
    "root": 31,
    "told_text": "I buy my iron from the mine at Mjolnir.",
    "distortion": 0.2,
    "hops": 1,
    "sensitivity": 0,
    "shared_at": "2026-03-01T12:00:00Z",
}


@example(**TOLD)
class GossipSerializer(RowSerializer):
    class Meta:
        model = InformationSharing
        fields = tuple(TOLD)
        read_only_fields = fields


class GossipFilters(filters.Filters):
    teller = filters.Whole("teller_id", help_text="Id of the NPC that told.")
    listener = filters.Whole("listener_id", help_text="Id of the NPC that was told.")
    root = filters.Whole("root_id", help_text="Id of the knowledge it began with.")
    search = filters.Words("told_text")


class Gossip(Rows):
    """Who told whom what, and how far it is from where it began."""

    tag, one, many = "Gossip", "a piece of gossip", "gossip"
    queryset = InformationSharing.objects.all()
    serializer_class = GossipSerializer
    filterset_class = GossipFilters
