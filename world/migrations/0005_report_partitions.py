from django.db import migrations

from tenants.partitioning import PartitionByTime


class Migration(migrations.Migration):
    dependencies = [("world", "0004_reports")]

    operations = [
        PartitionByTime(
            table="game_events",
            column="happened_at",
            comment="What the map-server reported; kept 90 days.",
            indexes={
                "game_events_char": "(char_id, happened_at DESC)",
                "game_events_kind": "(kind, happened_at DESC)",
            },
        ),
    ]
