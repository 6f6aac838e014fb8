"""The server's own data, to read: `import_db` writes it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from aiworld.sites import server
from aiworld.staff import ReadOnly, ServerModelAdmin
from world import gamedata
from world.models import (
    GameDrop,
    GameImport,
    GameItem,
    GameJob,
    GameMap,
    GameMonster,
    GameOffer,
    GameQuest,
    GameSkill,
    GameSpawn,
)

SHOWN_WARNINGS = 50


class DataAdmin(ReadOnly, ServerModelAdmin):
    list_per_page = 100


@admin.register(GameImport, site=server)
class GameImportAdmin(DataAdmin):
    list_display = ("imported_at", "mode", "items", "monsters", "maps", "warnings", "seconds")
    list_filter = ("mode",)
    fields = ("imported_at", "mode", "seconds", "what_came_of_it", "warnings", "told")
    readonly_fields = ("what_came_of_it", "told")

    @admin.display(description=_("items"))
    def items(self, row: GameImport) -> int:
        return _rows(row, "game_items")

    @admin.display(description=_("monsters"))
    def monsters(self, row: GameImport) -> int:
        return _rows(row, "game_monsters")

    @admin.display(description=_("maps"))
    def maps(self, row: GameImport) -> int:
        return _rows(row, "game_maps")

    @admin.display(description=_("what came of it"))
    def what_came_of_it(self, row: GameImport) -> str:
        figures = ("rows", "added", "changed", "removed")
        titles = (_("Table"), _("Rows"), _("Added"), _("Changed"), _("Removed"))
        body = format_html_join(
            "",
            "<tr><th scope='row'>{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            ((name, *(of.get(each, 0) for each in figures)) for name, of in row.counts.items()),
        )
        head = format_html_join("", "<th scope='col'>{}</th>", ((title,) for title in titles))
        return format_html(
            "<table class='plain-table'><thead><tr>{}</tr></thead><tbody>{}</tbody></table>",
            head,
            body,
        )

    @admin.display(description=_("first warnings"))
    def told(self, row: GameImport) -> str:
        lines = row.first_warnings[:SHOWN_WARNINGS]
        return format_html_join("", "{}<br>", ((line,) for line in lines)) or "-"


def _rows(row: GameImport, table: str) -> int:
    return int(row.counts.get(table, {}).get("rows", 0))


def _linked(pairs: list[tuple[str, int, str]]) -> str:
    """Names that lead to their pages: kind of row, id, text."""
    return (
        format_html_join(
            "",
            "<a href='../../../{}/{}/change/'>{}</a><br>",
            pairs,
        )
        or "-"
    )


@admin.register(GameItem, site=server)
class GameItemAdmin(DataAdmin):
    list_display = ("id", "name", "aegis_name", "kind", "buy", "sell", "weight", "slots")
    list_display_links = ("id", "name")
    list_filter = ("kind",)
    search_fields = ("=id", "name", "aegis_name")
    readonly_fields = ("dropped_by", "sold_by")

    @admin.display(description=_("dropped by"))
    def dropped_by(self, row: GameItem) -> str:
        return _linked(
            [
                ("gamemonster", drop.monster_id, f"{drop.monster.name}: {drop.rate / 100:g} %")
                for drop in gamedata.droppers(row.pk)
            ]
        )

    @admin.display(description=_("sold by"))
    def sold_by(self, row: GameItem) -> str:
        return (
            format_html_join(
                "",
                "{}: {} {},{}: {}<br>",
                (
                    (each.shop, each.map_id, each.x, each.y, f"{each.price:,} z")
                    for each in gamedata.offers([row.pk])
                ),
            )
            or "-"
        )


@admin.register(GameMonster, site=server)
class GameMonsterAdmin(DataAdmin):
    list_display = ("id", "name", "level", "hp", "race", "element", "size", "is_mvp")
    list_display_links = ("id", "name")
    list_filter = ("is_mvp", "race", "element", "size")
    search_fields = ("=id", "name", "aegis_name")
    readonly_fields = ("what_it_drops", "where_it_lives")

    @admin.display(description=_("what it drops"))
    def what_it_drops(self, row: GameMonster) -> str:
        return _linked(
            [
                ("gameitem", drop.item_id, f"{drop.item.name}: {drop.rate / 100:g} %")
                for drop in gamedata.drops(row.pk)
            ]
        )

    @admin.display(description=_("where it lives"))
    def where_it_lives(self, row: GameMonster) -> str:
        homes = ((home.map_name, home.amount) for home in gamedata.homes(row.pk))
        return format_html_join("", "{}: {}<br>", homes) or "-"


@admin.register(GameMap, site=server)
class GameMapAdmin(DataAdmin):
    list_display = ("name", "width", "height", "walkable")
    search_fields = ("name",)
    fields = ("name", "width", "height", "walkable", "flags", "who_lives_there")
    readonly_fields = ("who_lives_there",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request).defer("cells")
        return rows

    @admin.display(description=_("who lives there"))
    def who_lives_there(self, row: GameMap) -> str:
        return _linked(
            [
                ("gamemonster", one.monster_id, f"{one.name} ({one.level}): {one.amount}")
                for one in gamedata.residents(row.pk)
            ]
        )


@admin.register(GameSpawn, site=server)
class GameSpawnAdmin(DataAdmin):
    list_display = ("map_id", "monster", "amount", "respawn_ms", "source")
    list_select_related = ("monster",)
    search_fields = ("=map__name", "monster__name")


@admin.register(GameDrop, site=server)
class GameDropAdmin(DataAdmin):
    list_display = ("monster", "item", "rate", "is_mvp_prize")
    list_select_related = ("monster", "item")
    list_filter = ("is_mvp_prize",)
    search_fields = ("monster__name", "item__name")


@admin.register(GameOffer, site=server)
class GameOfferAdmin(DataAdmin):
    list_display = ("shop", "map_id", "x", "y", "item", "price")
    list_select_related = ("item",)
    search_fields = ("shop", "item__name", "=map__name")


@admin.register(GameSkill, site=server)
class GameSkillAdmin(DataAdmin):
    list_display = ("id", "name", "aegis_name", "max_level", "kind", "target")
    search_fields = ("=id", "name", "aegis_name")


@admin.register(GameQuest, site=server)
class GameQuestAdmin(DataAdmin):
    list_display = ("id", "title", "time_limit")
    search_fields = ("=id", "title")


@admin.register(GameJob, site=server)
class GameJobAdmin(DataAdmin):
    list_display = ("name", "max_base_level", "max_job_level", "max_weight")
    search_fields = ("name",)
