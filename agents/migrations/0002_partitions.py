from django.db import migrations

from tenants.partitioning import PartitionByTime


class Migration(migrations.Migration):
    dependencies = [("agents", "0001_initial")]

    operations = [
        PartitionByTime(
            table="agent_performance_metrics",
            column="measured_at",
            comment="Figures per agent; kept 90 days.",
            indexes={
                "agent_performance_of": "(agent, metric, measured_at DESC)",
            },
        ),
    ]
