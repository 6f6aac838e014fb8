"""Items and monsters of the server's own database, as `import_db` read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def names(label: StrOrPromise, comment: str) -> ArrayField[list[str], list[str]]:
    """A list of short names."""
    return ArrayField(
        models.CharField(max_length=60),
        verbose_name=label,
        default=list,
        blank=True,
        db_comment=comment,
    )


class GameItem(models.Model):
    id = models.PositiveIntegerField(_("item id"), primary_key=True, db_comment="Item id.")
    aegis_name = models.CharField(
        _("Aegis name"), max_length=60, db_comment="Name in scripts and databases."
    )
    name = models.CharField(_("name"), max_length=100, db_comment="Name players see.")
    kind = models.CharField(
        _("kind"), max_length=20, db_comment="Healing, Usable, Etc, Armor, Weapon, Card ..."
    )
    subtype = models.CharField(
        _("subtype"), max_length=20, blank=True, db_comment="Of weapons, ammunition and cards."
    )
    buy = models.PositiveIntegerField(
        _("buying price"), default=0, db_comment="Zeny a shop asks, before discounts."
    )
    sell = models.PositiveIntegerField(
        _("selling price"), default=0, db_comment="Zeny a shop pays, before overcharging."
    )
    weight = models.PositiveIntegerField(_("weight"), default=0, db_comment="In tenths.")
    attack = models.PositiveIntegerField(_("attack"), default=0, db_comment="Of weapons.")
    defense = models.PositiveIntegerField(_("defense"), default=0, db_comment="Of armour.")
    slots = models.PositiveSmallIntegerField(_("slots"), default=0, db_comment="For cards.")
    level_min = models.PositiveSmallIntegerField(
        _("from level"), default=0, db_comment="Base level needed to wear it."
    )
    level_max = models.PositiveSmallIntegerField(
        _("up to level"), default=0, db_comment="Highest base level that may wear it; 0: any."
    )
    locations = names(_("worn at"), "Where it is worn.")
    jobs = names(_("jobs"), "Who may wear it; empty: all.")
    restrictions = names(_("trade restrictions"), "NoDrop, NoTrade, NoSell ...")

    class Meta:
        db_table = "game_items"
        db_table_comment = "Items of the server's own database."
        verbose_name = _("item")
        verbose_name_plural = _("items")
        ordering = ["id"]
        indexes = [models.Index(Lower("name"), name="game_items_name")]

    def __str__(self) -> str:
        return f"{self.name} ({self.pk})"


class GameMonster(models.Model):
    id = models.PositiveIntegerField(_("monster id"), primary_key=True, db_comment="Monster id.")
    aegis_name = models.CharField(
        _("Aegis name"), max_length=60, db_comment="Name in scripts and databases."
    )
    name = models.CharField(_("name"), max_length=100, db_comment="Name players see.")
    level = models.PositiveSmallIntegerField(_("level"), default=1, db_comment="Level.")
    hp = models.BigIntegerField(_("HP"), default=1, db_comment="Hit points.")
    base_exp = models.BigIntegerField(
        _("base experience"), default=0, db_comment="Base experience, before rates."
    )
    job_exp = models.BigIntegerField(
        _("job experience"), default=0, db_comment="Job experience, before rates."
    )
    size = models.CharField(_("size"), max_length=10, db_comment="Small, Medium or Large.")
    race = models.CharField(_("race"), max_length=20, db_comment="Plant, Brute, Undead ...")
    element = models.CharField(_("element"), max_length=10, db_comment="Water, Fire ...")
    element_level = models.PositiveSmallIntegerField(
        _("element level"), default=1, db_comment="1-4."
    )
    rank = models.CharField(
        _("class"), max_length=20, db_comment="Normal, Boss, Guardian, Battlefield, Event."
    )
    is_mvp = models.BooleanField(_("is MVP"), default=False, db_comment="Whether it is an MVP.")
    modes = names(_("modes"), "What it does beside its AI: Detector, Mvp ...")

    class Meta:
        db_table = "game_monsters"
        db_table_comment = "Monsters of the server's own database."
        verbose_name = _("monster")
        verbose_name_plural = _("monsters")
        ordering = ["id"]
        indexes = [
            models.Index(Lower("name"), name="game_monsters_name"),
            models.Index(fields=["level"], name="game_monsters_level"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.pk})"


class GameDrop(models.Model):
    monster = models.ForeignKey(
        GameMonster,
        verbose_name=_("monster"),
        on_delete=models.CASCADE,
        related_name="drops",
        db_comment="Who drops it.",
    )
    item = models.ForeignKey(
        GameItem,
        verbose_name=_("item"),
        on_delete=models.CASCADE,
        related_name="drops",
        db_comment="What it drops.",
    )
    position = models.PositiveSmallIntegerField(_("position"), db_comment="In its list, from 0.")
    is_mvp_prize = models.BooleanField(
        _("MVP prize"), default=False, db_comment="Whether only the MVP gets it."
    )
    rate = models.PositiveSmallIntegerField(
        _("rate"), db_comment="In 10,000, as the database has it: before the server's drop rates."
    )
    steal_protected = models.BooleanField(
        _("cannot be stolen"), default=False, db_comment="Whether Steal does not take it."
    )

    class Meta:
        db_table = "game_drops"
        db_table_comment = "What monsters drop."
        verbose_name = _("drop")
        verbose_name_plural = _("drops")
        ordering = ["monster_id", "is_mvp_prize", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["monster", "is_mvp_prize", "position"], name="game_drops_once"
            ),
            models.CheckConstraint(
                name="game_drops_rate", condition=models.Q(rate__gte=1, rate__lte=10_000)
            ),
        ]
        indexes = [models.Index(fields=["item", "-rate"], name="game_drops_of_item")]

    def __str__(self) -> str:
        return f"{self.monster_id} drops {self.item_id}"
