from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="UsageDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(db_comment="Of UTC.")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("total", "Everything"),
                            ("source", "Source of answers"),
                            ("npc", "NPC"),
                            ("player", "Player"),
                            ("model", "Model"),
                        ],
                        db_comment="total, source, npc, player or model.",
                        max_length=8,
                    ),
                ),
                (
                    "subject",
                    models.CharField(
                        blank=True,
                        db_comment="Which one: a source, an id, a model's name.",
                        max_length=120,
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        blank=True,
                        db_comment="What the NPC or player was called.",
                        max_length=120,
                    ),
                ),
                (
                    "talks",
                    models.PositiveBigIntegerField(
                        db_comment="Turns; of a model: calls.", default=0
                    ),
                ),
                (
                    "latency_ms",
                    models.PositiveBigIntegerField(
                        db_comment="Sum of the times to the answers.", default=0
                    ),
                ),
                (
                    "tokens",
                    models.PositiveBigIntegerField(
                        db_comment="Of LLMs, prompts and answers together.", default=0
                    ),
                ),
                (
                    "prompt_tokens",
                    models.PositiveBigIntegerField(
                        db_comment="Of them the prompts'; told of total and model only.", default=0
                    ),
                ),
                (
                    "cost",
                    models.DecimalField(
                        db_comment="At the prices of that day; an NPC's or player's share is by tokens.",
                        decimal_places=6,
                        default=0,
                        max_digits=16,
                    ),
                ),
            ],
            options={
                "verbose_name": "day of usage",
                "db_table": "usage_daily",
                "db_table_comment": "Usage and cost by day.",
                "ordering": ["-day", "kind", "subject"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "day", "subject"), name="usage_daily_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("cost__gte", 0)), name="usage_daily_cost_positive"
                    ),
                ],
            },
        ),
    ]
