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
    happened_at = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    char_id = models.BigIntegerField(null=True, blank=True, db_comment="Who pays or sells.")
    other_char_id = models.BigIntegerField(null=True, blank=True)
    item_id = models.PositiveIntegerField(null=True, blank=True)
    amount = models.PositiveIntegerField(default=1)
    zeny = models.BigIntegerField(default=0, db_comment="Whole zeny; from char_id's side.")
    map_name = models.CharField(max_length=24, blank=True)

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
