"""Characters, and what they know."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework.exceptions import ValidationError
from rest_framework.mixins import UpdateModelMixin

from aiworld.rest import filters
from aiworld.rest.bodies import RowSerializer, Unclaimed
from aiworld.rest.schema import example
from npcs.editing import note_edit
from npcs.models import KnowledgePack, NpcKnowledge, NpcPersonality
from npcs.scales import AIMode, Alignment, Sensitivity
from tenants.api_rows import EditableRows, Rows

LONGEST_TEXT = 4000
MET = {
    "id": 7,
    "key": "prontera/Brannoc#town",
    "name": "Brannoc",
    "map_name": "prontera",
    "x": 164,
    "y": 181,
    "sprite": "4_M_SMITH",
    "role": "blacksmith",
    "role_reason": "sells weapons",
    "background": "Learnt his trade in Mjolnir.",
    "speech_style": "short sentences",
    "openness": 0.4,
    "conscientiousness": 0.8,
    "extraversion": 0.5,
    "agreeableness": 0.6,
    "neuroticism": 0.3,
    "alignment": "neutral_good",
    "mood": "content",
    "ai_enabled": True,
    "ai_mode": "normal",
    "group": "market",
    "faction": "smiths",
    "trust_gain": 1.0,
    "script_source": "npc/town.txt:12",
    "edited_by_staff": False,
    "version": 3,
    "created_at": "2026-03-01T12:00:00Z",
    "updated_at": "2026-03-02T09:30:00Z",
}


@example(**MET)
class NpcSerializer(RowSerializer):
    class Meta:
        model = NpcPersonality
        fields = tuple(MET)
        read_only_fields = (
            "id", "key", "map_name", "x", "y", "role_reason", "script_source", "edited_by_staff",
            "version", "created_at", "updated_at",
        )  # fmt: skip
        extra_kwargs: ClassVar = {"background": {"max_length": LONGEST_TEXT}}

    def update(self, instance: NpcPersonality, validated_data: dict[str, Any]) -> Any:
        note_edit(instance, validated_data)
        return super().update(instance, validated_data)


class NpcFilters(filters.Filters):
    key = filters.Text(help_text="Stable key: map/unique name.")
    map = filters.Text("map_name", help_text="Map it stands on.")
    role = filters.Text(help_text="Role, in full.")
    group = filters.Text(help_text="Label, in full.")
    faction = filters.Text(help_text="Key of the faction.")
    alignment = filters.Choice(choices=Alignment.choices, help_text="Moral alignment.")
    ai_enabled = filters.Flag(help_text="Whether it answers by AI.")
    ai_mode = filters.Choice(choices=AIMode.choices, help_text="What its answers may cost.")
    edited_by_staff = filters.Flag(help_text="Whether staff changed its persona.")
    search = filters.Words("name", "key", "role")


class Npcs(UpdateModelMixin, Rows):
    """The characters of the server. They come from the map-server and from imports; who they are
    can be changed, and whether they answer by AI."""

    tag, one, many = "NPCs", "an NPC", "NPCs"
    queryset = NpcPersonality.objects.all()
    serializer_class = NpcSerializer
    filterset_class = NpcFilters
    orderings = ("key", "name", "map_name", "updated_at", "pk")


KNOWN = {
    "id": 31,
    "npc": 7,
    "pack": None,
    "topic": "iron",
    "text": "I buy my iron from the mine at Mjolnir.",
    "sensitivity": 0,
    "condition": 'weather == "rain"',
    "is_active": True,
    "may_spread": True,
    "position": 4,
    "origin": "staff",
    "branch": "",
    "created_at": "2026-03-01T12:00:00Z",
    "updated_at": "2026-03-02T09:30:00Z",
}


@example(**KNOWN)
class KnowledgeSerializer(RowSerializer):
    class Meta:
        model = NpcKnowledge
        fields = tuple(KNOWN)
        read_only_fields: tuple[str, ...] = ("id", "origin", "branch", "created_at", "updated_at")
        extra_kwargs: ClassVar = {"text": {"max_length": LONGEST_TEXT}}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if self.instance is None and (attrs.get("npc") is None) == (attrs.get("pack") is None):
            raise ValidationError({"npc": ["Name the NPC that knows it, or the pack it is in."]})
        return attrs


class KnowledgeChangeSerializer(KnowledgeSerializer):
    class Meta(KnowledgeSerializer.Meta):
        read_only_fields = ("npc", "pack", *KnowledgeSerializer.Meta.read_only_fields)


class KnowledgeFilters(filters.Filters):
    npc = filters.Whole("npc_id", help_text="Id of the NPC that knows it.")
    pack = filters.Whole("pack_id", help_text="Id of the pack it is in.")
    sensitivity = filters.Choice(choices=Sensitivity.choices, help_text="Trust it takes.")
    origin = filters.Choice(choices=NpcKnowledge.Origin.choices, help_text="Who wrote it.")
    is_active = filters.Flag(help_text="Whether it is told.")
    search = filters.Words("topic", "text")


class Knowledge(EditableRows):
    """Facts an NPC can tell, each from a level of trust on: 0 public, 5 private, 8 secret, 10
    confidential. What is written here belongs to the staff: a later import leaves it alone."""

    tag, one, many = "Knowledge", "a piece of knowledge", "knowledge"
    queryset = NpcKnowledge.objects.defer("embedding")
    filterset_class = KnowledgeFilters
    orderings = ("-pk", "updated_at")

    def get_serializer_class(self) -> Any:
        return KnowledgeChangeSerializer if self.action == "partial_update" else KnowledgeSerializer


SHARED = {
    "id": 3,
    "name": "tides",
    "attribution": "Every sailor knows",
    "map_name": "",
    "role": "sailor",
    "group": "",
    "faction": "",
    "keys": [],
    "is_active": True,
    "created_at": "2026-03-01T12:00:00Z",
    "updated_at": "2026-03-02T09:30:00Z",
}


@example(**SHARED)
class PackSerializer(RowSerializer):
    class Meta:
        model = KnowledgePack
        fields = tuple(SHARED)
        read_only_fields: tuple[str, ...] = ("id", "created_at", "updated_at")
        extra_kwargs: ClassVar = {"name": {"validators": [Unclaimed(KnowledgePack, "name")]}}


class PackChangeSerializer(PackSerializer):
    class Meta(PackSerializer.Meta):
        read_only_fields = ("id", "name", "created_at", "updated_at")
        extra_kwargs: ClassVar = {}


class PackFilters(filters.Filters):
    is_active = filters.Flag(help_text="Whether it is told.")
    search = filters.Words("name", "attribution")


class Packs(EditableRows):
    """Knowledge that many NPCs share: those that fit all of what is said of map, role, group,
    faction and keys. Its facts are knowledge with this `pack`."""

    tag, one, many = "Knowledge", "a knowledge pack", "knowledge packs"
    queryset = KnowledgePack.objects.all()
    filterset_class = PackFilters
    orderings = ("name", "-pk")

    def get_serializer_class(self) -> Any:
        return PackChangeSerializer if self.action == "partial_update" else PackSerializer
