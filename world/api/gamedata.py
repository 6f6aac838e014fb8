"""The server's own data: items, monsters, maps. `import_db` writes them."""

from __future__ import annotations

from rest_framework import serializers

from aiworld.rest import filters
from aiworld.rest.bodies import Document, RowSerializer
from aiworld.rest.schema import example
from tenants.api_rows import Rows
from world.models import GameDrop, GameItem, GameMap, GameMonster

ITEM = {
    "id": 909,
    "aegis_name": "Jellopy",
    "name": "Jellopy",
    "kind": "Etc",
    "subtype": "",
    "buy": 6,
    "sell": 3,
    "weight": 10,
    "attack": 0,
    "defense": 0,
    "slots": 0,
    "level_min": 0,
    "level_max": 0,
    "locations": [],
    "jobs": [],
    "restrictions": [],
}


@example(**ITEM)
class ItemSerializer(RowSerializer):
    class Meta:
        model = GameItem
        fields = tuple(ITEM)
        read_only_fields = fields


class ItemFilters(filters.Filters):
    name = filters.Text(lookup_expr="iexact", help_text="Name, in full; case does not matter.")
    aegis_name = filters.Text(help_text="Aegis name, in full.")
    kind = filters.Text(help_text="Healing, Usable, Etc, Armor, Weapon, Card ...")
    max_buy = filters.Whole("buy", lookup_expr="lte", help_text="Highest buying price, zeny.")
    dropped_by = filters.Whole("drops__monster_id", help_text="Id of a monster that drops it.")
    search = filters.Words("name", "aegis_name")


class Items(Rows):
    """Items of the server's own database."""

    tag, one, many = "Game data", "an item", "items"
    queryset = GameItem.objects.all()
    serializer_class = ItemSerializer
    filterset_class = ItemFilters
    orderings = ("pk", "name", "buy")


DROP = {"item": 909, "name": "Jellopy", "rate": 7000, "is_mvp_prize": False}
MONSTER = {
    "id": 1002,
    "aegis_name": "PORING",
    "name": "Poring",
    "level": 1,
    "hp": 55,
    "base_exp": 150,
    "job_exp": 40,
    "size": "Medium",
    "race": "Plant",
    "element": "Water",
    "element_level": 1,
    "rank": "Normal",
    "is_mvp": False,
    "modes": [],
    "drops": [DROP],
}


class DropSerializer(RowSerializer):
    item = serializers.IntegerField(source="item_id", read_only=True, help_text="Id of the item.")
    name = serializers.CharField(source="item.name", read_only=True, help_text="Name of the item.")

    class Meta:
        model = GameDrop
        fields = tuple(DROP)
        read_only_fields = fields


@example(**MONSTER)
class MonsterSerializer(RowSerializer):
    drops = DropSerializer(many=True, read_only=True)

    class Meta:
        model = GameMonster
        fields = tuple(MONSTER)
        read_only_fields = fields


class MonsterFilters(filters.Filters):
    name = filters.Text(lookup_expr="iexact", help_text="Name, in full; case does not matter.")
    race = filters.Text(help_text="Plant, Brute, Undead ...")
    element = filters.Text(help_text="Water, Fire ...")
    min_level = filters.Whole("level", lookup_expr="gte", help_text="Lowest level.")
    max_level = filters.Whole("level", lookup_expr="lte", help_text="Highest level.")
    is_mvp = filters.Flag(help_text="Whether it is an MVP.")
    search = filters.Words("name", "aegis_name")


class Monsters(Rows):
    """Monsters of the server's own database, with what they drop. Rates are in 10,000, before the
    server's own."""

    tag, one, many = "Game data", "a monster", "monsters"
    queryset = GameMonster.objects.prefetch_related("drops__item")
    serializer_class = MonsterSerializer
    filterset_class = MonsterFilters
    orderings = ("pk", "name", "level")


MAP = {
    "name": "prt_fild08",
    "width": 400,
    "height": 400,
    "walkable": 91_522,
    "x": 200,
    "y": 200,
    "flags": {"nomemo": ""},
}


@example(**MAP)
class MapSerializer(RowSerializer):
    flags = Document(read_only=True, help_text="Map flags: name -> arguments.")

    class Meta:
        model = GameMap
        fields = tuple(MAP)
        read_only_fields = fields


class MapFilters(filters.Filters):
    flag = filters.Text("flags", lookup_expr="has_key", help_text="Has this map flag.")
    lives = filters.Whole(
        "spawns__monster_id", distinct=True, help_text="Id of a monster that lives there."
    )
    search = filters.Words("name")


class Maps(Rows):
    """Maps of the server, without their cells."""

    tag, one, many = "Game data", "a map", "maps"
    lookup_value_converter = "str"
    queryset = GameMap.objects.defer("cells")
    serializer_class = MapSerializer
    filterset_class = MapFilters
    orderings = ("pk", "walkable")
