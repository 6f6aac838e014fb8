"""Factions, events, and the state and the money of the world."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from aiworld.errors import NotFound
from aiworld.rest import filters
from aiworld.rest.bodies import Document, RowSerializer, StrictSerializer, Unclaimed
from aiworld.rest.schema import example
from tenants.api_rows import EditableRows, Rows
from world.happenings import planning
from world.models import EconomicTransaction, FactionNode, WorldEvent, WorldStateSnapshot

LONGEST_TEXT = 4000
FACTION = {
    "id": 2,
    "key": "smiths",
    "name": "Smiths of Prontera",
    "kind": "guild",
    "parent": None,
    "relations": {"merchants": {"kind": "ally", "strength": 0.7}},
    "influence": 0.4,
    "description": "They set the price of iron.",
}


class Edge(StrictSerializer):
    kind = serializers.CharField(max_length=40, help_text="ally, enemy, rival ...")
    strength = serializers.FloatField(min_value=0, max_value=1, help_text="0-1.")


@example(**FACTION)
class FactionSerializer(RowSerializer):
    parent = serializers.CharField(  # type: ignore[assignment]
        source="parent.key",
        allow_null=True,
        required=False,
        max_length=60,
        help_text="Key of the faction it is part of.",
    )
    relations = serializers.DictField(
        child=Edge(), required=False, help_text="Edges: key of another faction -> what it is."
    )

    class Meta:
        model = FactionNode
        fields = tuple(FACTION)
        read_only_fields: tuple[str, ...] = ("id",)
        extra_kwargs: ClassVar = {
            "key": {"validators": [Unclaimed(FactionNode, "key")]},
            "description": {"max_length": LONGEST_TEXT},
        }

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "parent" in attrs:
            key = attrs.pop("parent")["key"]
            attrs["parent"] = key and _parent(key, self.instance)
        return attrs


def _parent(key: str, child: Any) -> FactionNode:
    """Raises NotFound, and ValidationError for a faction that would be part of itself."""
    found = FactionNode.objects.filter(key=key).first()
    if found is None:
        raise NotFound(f"there is no faction {key!r}", field="parent")
    above, seen = found, {child.pk} if child else set()
    while above:
        if above.pk in seen:
            raise ValidationError({"parent": ["A faction cannot be part of itself."]})
        seen.add(above.pk)
        above = above.parent  # type: ignore[assignment]
    return found


class FactionChangeSerializer(FactionSerializer):
    class Meta(FactionSerializer.Meta):
        read_only_fields = ("id", "key")
        extra_kwargs: ClassVar = {"description": {"max_length": LONGEST_TEXT}}


class FactionFilters(filters.Filters):
    kind = filters.Choice(choices=FactionNode.Kind.choices, help_text="Kind of faction.")
    parent = filters.Text("parent__key", help_text="Key of the faction it is part of.")
    search = filters.Words("key", "name")


class Factions(EditableRows):
    """Factions and their relations: the nodes of the faction graph. A key is for good, since
    references are made by it."""

    tag, one, many = "Factions", "a faction", "factions"
    queryset = FactionNode.objects.select_related("parent")
    filterset_class = FactionFilters
    orderings = ("key", "name", "influence")

    def get_serializer_class(self) -> Any:
        return FactionChangeSerializer if self.action == "partial_update" else FactionSerializer


EVENT = {
    "id": 14,
    "kind": "festival",
    "title": "Harvest",
    "description": "Three days of music.",
    "map_name": "prontera",
    "severity": 2.0,
    "status": "planned",
    "data": {"songs": 3},
    "starts_at": "2026-09-01T12:00:00Z",
    "ends_at": "2026-09-04T12:00:00Z",
    "created_at": "2026-03-01T12:00:00Z",
}


@example(**EVENT)
class EventSerializer(RowSerializer):
    data = Document(  # type: ignore[assignment]
        required=False, help_text="What else belongs to it."
    )

    class Meta:
        model = WorldEvent
        fields = tuple(EVENT)
        read_only_fields = ("id", "created_at")
        extra_kwargs: ClassVar = {"description": {"max_length": LONGEST_TEXT}}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        starts = attrs.get("starts_at", getattr(self.instance, "starts_at", None))
        ends = attrs.get("ends_at", getattr(self.instance, "ends_at", None))
        if starts and ends and ends < starts:
            raise ValidationError({"ends_at": ["An event cannot end before it starts."]})
        if self.instance is None or attrs.keys() & {"kind", "data"}:
            kind = attrs.get("kind", getattr(self.instance, "kind", ""))
            attrs["data"] = planning.data_of(
                kind, attrs.get("data", getattr(self.instance, "data", {}))
            )
        return attrs

    def create(self, validated_data: Any) -> Any:
        row = WorldEvent(**validated_data)
        planning.admit(row)
        return row

    def update(self, instance: Any, validated_data: Any) -> Any:
        kind = instance.kind
        for name, value in validated_data.items():
            setattr(instance, name, value)
        if instance.kind == kind:
            instance.save()
        else:
            planning.admit(instance)
        return instance


class EventFilters(filters.Filters):
    kind = filters.Text(help_text="festival, invasion, storm ...")
    status = filters.Choice(choices=WorldEvent.Status.choices, help_text="How far it is.")
    map = filters.Text("map_name", help_text="Where.")
    starts_after = filters.Moment("starts_at", lookup_expr="gte", help_text="From then on.")
    starts_before = filters.Moment("starts_at", lookup_expr="lt", help_text="Before then.")
    search = filters.Words("title", "description")


class Events(EditableRows):
    """What happens in the world. A kind that the map-server acts on says what to do in `data`, and
    no more of a kind begin within 24 hours than the owner allows. A deleted event is taken back: it
    is over, the map-server undoes it, and nobody speaks of it any more."""

    tag, one, many = "Events", "an event", "events"
    queryset = WorldEvent.objects.filter(retracted=False)
    serializer_class = EventSerializer
    filterset_class = EventFilters
    orderings = ("-starts_at", "severity", "pk")

    def perform_destroy(self, instance: WorldEvent) -> None:
        planning.retract(instance.pk)


SNAPSHOT = {
    "id": 77,
    "taken_at": "2026-03-01T12:00:00Z",
    "scope": "world",
    "state": {"weather": "rain"},
}


@example(**SNAPSHOT)
class WorldSnapshotSerializer(RowSerializer):
    state = Document(read_only=True, help_text="The state, by subject.")

    class Meta:
        model = WorldStateSnapshot
        fields = tuple(SNAPSHOT)
        read_only_fields = fields


class SnapshotFilters(filters.Filters):
    scope = filters.Text(help_text="world, or a map.")
    since = filters.Moment("taken_at", lookup_expr="gte", help_text="From then on.")
    until = filters.Moment("taken_at", lookup_expr="lt", help_text="Before then.")


class Snapshots(Rows):
    """The state of the world, hour by hour."""

    tag, one, many = "Economy and state", "a snapshot", "snapshots"
    queryset = WorldStateSnapshot.objects.all()
    serializer_class = WorldSnapshotSerializer
    filterset_class = SnapshotFilters
    orderings = ("-taken_at",)


TRADE = {
    "id": 1200,
    "happened_at": "2026-03-01T12:00:00Z",
    "kind": "trade",
    "char_id": 150_001,
    "other_char_id": 150_002,
    "item_id": 501,
    "amount": 10,
    "zeny": -500,
    "map_name": "prontera",
}


@example(**TRADE)
class TransactionSerializer(RowSerializer):
    class Meta:
        model = EconomicTransaction
        fields = tuple(TRADE)
        read_only_fields = fields


class TransactionFilters(filters.Filters):
    kind = filters.Choice(choices=EconomicTransaction.Kind.choices, help_text="What it was.")
    char_id = filters.Whole(help_text="Who pays or sells.")
    other_char_id = filters.Whole(help_text="Who is paid or buys.")
    item_id = filters.Whole(max_value=2**31 - 1, help_text="Item of the game's database.")
    map = filters.Text("map_name", help_text="Where.")
    since = filters.Moment("happened_at", lookup_expr="gte", help_text="From then on.")
    until = filters.Moment("happened_at", lookup_expr="lt", help_text="Before then.")


class Transactions(Rows):
    """Trades of the game, in whole zeny."""

    tag, one, many = "Economy and state", "a transaction", "transactions"
    queryset = EconomicTransaction.objects.all()
    serializer_class = TransactionSerializer
    filterset_class = TransactionFilters
    orderings = ("-happened_at",)
