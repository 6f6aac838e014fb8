"""Money and goods. Whole zeny, never a float."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class EconomicTransaction(models.Model):
    """Time series, partitioned by month (tenants/partitions.py)."""

    ANONYMOUS: ClassVar[dict[str, Any]] = {"char_id": None, "other_char_id": None}
    """What erasing a player leaves: what was traded goes on to count."""

    class Kind(models.TextChoices):
        NPC_BUY = "npc_buy", _("Bought from an NPC")
        NPC_SELL = "npc_sell", _("Sold to an NPC")
        TRADE = "trade", _("Trade")
        VENDING = "vending", _("Vending")
        DROP = "drop", _("Drop")
        REWARD = "reward", _("Reward")
        FEE = "fee", _("Fee")
        STAFF = "staff", _("Game master")

    id = models.BigAutoField(primary_key=True)
    happened_at = models.DateTimeField(_("happened at"), db_comment="When; the partition key.")
    kind = models.CharField(
        _("kind"),
        max_length=10,
        choices=Kind.choices,
        db_comment="npc_buy, npc_sell, trade, vending, drop, reward, fee or staff.",
    )
    char_id = models.BigIntegerField(
        _("character id"), null=True, blank=True, db_comment="Who pays or sells."
    )
    other_char_id = models.BigIntegerField(
        _("other character id"), null=True, blank=True, db_comment="Who is paid or buys."
    )
    item_id = models.PositiveIntegerField(
        _("item id"),
        null=True,
        blank=True,
        db_comment="Item of the game's database; null: money alone.",
    )
    amount = models.PositiveIntegerField(_("amount"), default=1, db_comment="Pieces of the item.")
    zeny = models.BigIntegerField(
        _("zeny"), default=0, db_comment="Whole zeny; from char_id's side."
    )
    map_name = models.CharField(_("map name"), max_length=24, blank=True, db_comment="Where.")

    class Meta:
        db_table = "economic_transactions"
        verbose_name_plural = _("transactions")
        db_table_comment = "Trades of the game; kept 180 days."
        verbose_name = _("transaction")
        ordering = ["-happened_at"]
        indexes = [
            models.Index(fields=["item_id", "-happened_at"], name="economic_transactions_item"),
            models.Index(fields=["char_id", "-happened_at"], name="economic_transactions_char"),
        ]
        constraints = [
            models.CheckConstraint(
                name="economic_transactions_amount_positive", condition=Q(amount__gte=1)
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.zeny}z"
