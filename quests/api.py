"""REST: quests and the templates they are made from."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from aiworld.rest import filters
from aiworld.rest.bodies import RowSerializer, StrictSerializer, Unclaimed
from aiworld.rest.schema import example
from quests.models import DynamicQuest, QuestTemplate
from quests.models.quest import Difficulty, QuestKind
from tenants.api_rows import EditableRows, Rows

LONGEST_TEXT = 4000
MOST_OBJECTIVES = 20
TEMPLATE = {
    "id": 6,
    "key": "iron-for-the-smith",
    "kind": "collect",
    "difficulty": 3,
    "title": "Iron for the smith",
    "text": "Bring me {amount} pieces of {item}.",
    "objectives": [{"kind": "collect", "target": "iron", "amount": 10}],
    "min_level": 10,
    "max_level": 40,
    "is_active": True,
    "times_used": 12,
}


class Objective(StrictSerializer):
    kind = serializers.ChoiceField(choices=QuestKind.choices, help_text="What is to be done.")
    target = serializers.CharField(max_length=80, help_text="Whom or what it is about.")
    amount = serializers.IntegerField(min_value=1, max_value=100_000, help_text="How many.")


@example(**TEMPLATE)
class TemplateSerializer(RowSerializer):
    objectives = serializers.ListField(
        child=Objective(), max_length=MOST_OBJECTIVES, required=False, help_text="What to do."
    )

    class Meta:
        model = QuestTemplate
        fields = tuple(TEMPLATE)
        read_only_fields: tuple[str, ...] = ("id", "times_used")
        extra_kwargs: ClassVar = {
            "key": {"validators": [Unclaimed(QuestTemplate, "key")]},
            "text": {"max_length": LONGEST_TEXT},
        }

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        low = attrs.get("min_level", getattr(self.instance, "min_level", 1))
        high = attrs.get("max_level", getattr(self.instance, "max_level", 175))
        if high < low:
            raise ValidationError({"max_level": ["This must not be below min_level."]})
        return attrs


class TemplateChangeSerializer(TemplateSerializer):
    class Meta(TemplateSerializer.Meta):
        read_only_fields = ("id", "key", "times_used")
        extra_kwargs: ClassVar = {"text": {"max_length": LONGEST_TEXT}}


class TemplateFilters(filters.Filters):
    kind = filters.Choice(choices=QuestKind.choices, help_text="Kind of quest.")
    difficulty = filters.Choice(choices=Difficulty.choices, help_text="1 trivial to 6 legendary.")
    is_active = filters.Flag(help_text="Whether quests are made from it.")
    search = filters.Words("key", "title", "text")


class Templates(EditableRows):
    """Patterns quests are made from. A key is for good, since references are made by it."""

    tag, one, many = "Quest templates", "a quest template", "quest templates"
    queryset = QuestTemplate.objects.all()
    filterset_class = TemplateFilters
    orderings = ("key", "min_level", "times_used")

    def get_serializer_class(self) -> Any:
        return TemplateChangeSerializer if self.action == "partial_update" else TemplateSerializer


QUEST = {
    "id": 90,
    "npc": 7,
    "template": 6,
    "char_id": 150_001,
    "kind": "collect",
    "difficulty": 3,
    "title": "Iron for Brannoc",
    "text": "Bring me ten pieces of iron.",
    "objectives": [{"kind": "collect", "target": "iron", "amount": 10, "done": 4}],
    "status": "active",
    "offered_at": "2026-03-01T12:00:00Z",
    "expires_at": None,
    "ended_at": None,
}


@example(**QUEST)
class QuestSerializer(RowSerializer):
    class Meta:
        model = DynamicQuest
        fields = tuple(QUEST)
        read_only_fields = fields


class QuestFilters(filters.Filters):
    npc = filters.Whole("npc_id", help_text="Id of the NPC that offers it.")
    char_id = filters.Whole(help_text="Who it is offered to.")
    kind = filters.Choice(choices=QuestKind.choices, help_text="Kind of quest.")
    status = filters.Choice(choices=DynamicQuest.Status.choices, help_text="How far it is.")
    search = filters.Words("title")


class Quests(Rows):
    """Quests offered to players."""

    tag, one, many = "Quests", "a quest", "quests"
    queryset = DynamicQuest.objects.all()
    serializer_class = QuestSerializer
    filterset_class = QuestFilters
    orderings = ("-pk", "offered_at", "difficulty")


ROUTES = (
    ("quests", Quests),
    ("quest-templates", Templates),
)
