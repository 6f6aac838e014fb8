from django.db import migrations

from tenants.partitioning import PartitionByTime


class Migration(migrations.Migration):
    dependencies = [("world", "0001_initial")]

    operations = [
        PartitionByTime(
            table="world_state_snapshots",
            column="taken_at",
            comment="State of the world per hour; kept 180 days.",
            indexes={
                "world_state_snapshots_at": "(scope, taken_at DESC)",
            },
        ),
        PartitionByTime(
            table="economic_transactions",
            column="happened_at",
            comment="Trades of the game; kept 180 days.",
            indexes={
                "economic_transactions_item": "(item_id, happened_at DESC)",
                "economic_transactions_char": "(char_id, happened_at DESC)",
            },
        ),
    ]
