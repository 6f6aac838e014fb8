"""What was said."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from aiworld.rest import filters
from aiworld.rest.bodies import RowSerializer
from aiworld.rest.schema import example
from npcs.models import Conversation, ConversationTurn
from npcs.scales import Emotion, Source
from tenants.api_rows import Rows

TALKED = {
    "id": 400,
    "npc": 7,
    "npc_key": "prontera/Brannoc#town",
    "npc_name": "Brannoc",
    "char_id": 150_001,
    "player_name": "Aline",
    "map_name": "prontera",
    "language": "en",
    "turn_count": 6,
    "started_at": "2026-03-01T12:00:00Z",
    "last_turn_at": "2026-03-01T12:04:00Z",
}


@example(**TALKED)
class ConversationSerializer(RowSerializer):
    npc_key = serializers.CharField(source="npc.key", read_only=True, help_text="Stable key.")
    npc_name = serializers.CharField(source="npc.name", read_only=True, help_text="Its name.")

    class Meta:
        model = Conversation
        fields = tuple(TALKED)
        read_only_fields = fields


class ConversationFilters(filters.Filters):
    npc = filters.Whole("npc_id", help_text="Id of the NPC.")
    char_id = filters.Whole(help_text="The player's character.")
    map = filters.Text("map_name", help_text="Where they talk.")
    language = filters.Text(help_text="What they speak, e.g. en.", max_length=2)
    since = filters.Moment("last_turn_at", lookup_expr="gte", help_text="Talked since then.")
    until = filters.Moment("last_turn_at", lookup_expr="lt", help_text="Talked before then.")
    search = filters.Words("player_name")


class Conversations(Rows):
    """Talks between one character and one NPC."""

    tag, one, many = "Conversations", "a conversation", "conversations"
    queryset = Conversation.objects.select_related("npc")
    serializer_class = ConversationSerializer
    filterset_class = ConversationFilters
    orderings = ("-last_turn_at", "started_at", "pk")


SAID = {
    "id": 9001,
    "request_id": "6f1c2a9e-0001",
    "player_text": "Good day!",
    "npc_text": "Good day to you, traveller.",
    "intent": "greeting",
    "emotion": "happy",
    "trust": 4.2,
    "trust_change": 0.1,
    "trust_reason": "a kind word",
    "source": "llm",
    "model": "deepseek-chat",
    "prompt_version": "3",
    "tokens": 412,
    "facts_used": [31],
    "memories_used": [512],
    "latency_ms": 640,
    "created_at": "2026-03-01T12:00:00Z",
}


@example(**SAID)
class TurnSerializer(RowSerializer):
    class Meta:
        model = ConversationTurn
        fields = tuple(SAID)
        read_only_fields = fields


class TurnFilters(filters.Filters):
    source = filters.Choice(choices=Source.choices, help_text="Where the answer came from.")
    emotion = filters.Choice(choices=Emotion.choices, help_text="What the NPC felt.")
    search = filters.Words("player_text", "npc_text")


class Turns(Rows):
    """What the player said and what the NPC answered, in order."""

    tag, one, many = "Conversations", "a turn", "the turns of a conversation"
    queryset = ConversationTurn.objects.all()
    serializer_class = TurnSerializer
    filterset_class = TurnFilters
    orderings = ("pk",)
    parameters: ClassVar = [
        OpenApiParameter("conversation", int, OpenApiParameter.PATH, description="Its id.")
    ]

    def get_queryset(self) -> QuerySet[Any]:
        talk = get_object_or_404(Conversation.objects.only("pk"), pk=self.kwargs["conversation"])
        rows: QuerySet[Any] = super().get_queryset().filter(conversation=talk)
        return rows
