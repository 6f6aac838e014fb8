"""Money and goods. Whole zeny, never a float."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class EconomicTransaction(models.Model):
    """Time series, partitioned by month (tenants/partitions.py)."""

    class Kind(models.TextChoices):
        NPC_BUY = "npc_buy"
        NPC_SELL = "npc_sell"
        TRADE = "trade"
        VENDING = "vending"
        DROP = "drop"
        REWARD = "reward"
        FEE = "fee"

    id = models.BigAutoField(primary_key=True)
    happened_at = models.DateTimeField(db_comment="When; the partition key.")
    kind = models.CharField(
        max_length=10,
        choices=Kind.choices,
        db_comment="npc_buy, npc_sell, trade, vending, drop, reward or fee.",
    )
    char_id = models.BigIntegerField(null=True, blank=True, db_comment="Who pays or sells.")
    other_char_id = models.BigIntegerField(null=True, blank=True, db_comment="Who is paid or buys.")
    item_id = models.PositiveIntegerField(
        null=True, blank=True, db_comment="Item of the game's database; null: money alone."
    )
    amount = models.PositiveIntegerField(default=1, db_comment="Pieces of the item.")
    zeny = models.BigIntegerField(default=0, db_comment="Whole zeny; from char_id's side.")
    map_name = models.CharField(max_length=24, blank=True, db_comment="Where.")

    class Meta:
        db_table = "economic_transactions"
        db_table_comment = "Trades of the game; kept 180 days."
        verbose_name = "transaction"
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
