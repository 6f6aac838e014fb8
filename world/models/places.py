"""Maps of the server, who lives there, and what its shops sell."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from world.models.goods import GameItem, GameMonster

SOURCE = "File and line it was read from."


class GameMap(models.Model):
    name = models.CharField(
        _("name"), max_length=24, primary_key=True, db_comment="Map name, e.g. prt_fild08."
    )
    width = models.PositiveSmallIntegerField(
        _("width"), null=True, blank=True, db_comment="Cells; null: not in the map cache."
    )
    height = models.PositiveSmallIntegerField(
        _("height"), null=True, blank=True, db_comment="Cells; null: not in the map cache."
    )
    x = models.PositiveSmallIntegerField(
        _("x"), null=True, blank=True, db_comment="A cell near the middle to stand on; links."
    )
    y = models.PositiveSmallIntegerField(
        _("y"), null=True, blank=True, db_comment="A cell near the middle to stand on; links."
    )
    walkable = models.PositiveIntegerField(
        _("walkable cells"), default=0, db_comment="How many cells one can stand on."
    )
    cells = models.BinaryField(
        _("cells"),
        null=True,
        db_comment="Walkable cells: zlib of one bit a cell, row by row from y = 0, x = 0 first.",
    )
    flags = models.JSONField(
        _("map flags"), default=dict, blank=True, db_comment="Flag -> its arguments."
    )

    class Meta:
        db_table = "game_maps"
        db_table_comment = "Maps of the server."
        verbose_name = _("map")
        verbose_name_plural = _("maps")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class GameSpawn(models.Model):
    map = models.ForeignKey(
        GameMap,
        verbose_name=_("map"),
        on_delete=models.CASCADE,
        related_name="spawns",
        db_comment="Where.",
    )
    monster = models.ForeignKey(
        GameMonster,
        verbose_name=_("monster"),
        on_delete=models.CASCADE,
        related_name="spawns",
        db_comment="Who.",
    )
    amount = models.PositiveSmallIntegerField(_("amount"), db_comment="How many at once.")
    x = models.PositiveSmallIntegerField(
        _("x"), default=0, db_comment="Centre of the area; 0, 0: the whole map."
    )
    y = models.PositiveSmallIntegerField(_("y"), default=0, db_comment="Centre of the area.")
    x_span = models.PositiveSmallIntegerField(
        _("x span"), default=0, db_comment="Cells to each side."
    )
    y_span = models.PositiveSmallIntegerField(
        _("y span"), default=0, db_comment="Cells to each side."
    )
    respawn_ms = models.PositiveIntegerField(
        _("respawn"), default=5000, db_comment="Milliseconds until it comes back."
    )
    variance_ms = models.PositiveIntegerField(
        _("variance"), default=0, db_comment="Milliseconds, at random, on top."
    )
    level = models.PositiveSmallIntegerField(
        _("level"), null=True, blank=True, db_comment="Level of its own here; null: the monster's."
    )
    source = models.CharField(_("source"), max_length=200, unique=True, db_comment=SOURCE)

    class Meta:
        db_table = "game_spawns"
        db_table_comment = "Where monsters live: the spawn lines of the server's scripts."
        verbose_name = _("spawn")
        verbose_name_plural = _("spawns")
        ordering = ["map_id", "monster_id"]

    def __str__(self) -> str:
        return f"{self.monster_id} on {self.map_id}"


class GameOffer(models.Model):
    map = models.ForeignKey(
        GameMap,
        verbose_name=_("map"),
        on_delete=models.CASCADE,
        related_name="offers",
        db_comment="Where the shop is.",
    )
    x = models.PositiveSmallIntegerField(_("x"), db_comment="Cell of the shop.")
    y = models.PositiveSmallIntegerField(_("y"), db_comment="Cell of the shop.")
    shop = models.CharField(_("shop"), max_length=60, db_comment="Name players see.")
    item = models.ForeignKey(
        GameItem,
        verbose_name=_("item"),
        on_delete=models.CASCADE,
        related_name="offers",
        db_comment="What it sells.",
    )
    price = models.PositiveIntegerField(_("price"), db_comment="Zeny.")
    source = models.CharField(_("source"), max_length=200, db_comment=SOURCE)

    class Meta:
        db_table = "game_offers"
        db_table_comment = "What the shops of the server's scripts sell for zeny."
        verbose_name = _("shop offer")
        verbose_name_plural = _("shop offers")
        ordering = ["item_id", "price"]
        constraints = [models.UniqueConstraint(fields=["source", "item"], name="game_offers_once")]

    def __str__(self) -> str:
        return f"{self.shop}: {self.item_id}"
