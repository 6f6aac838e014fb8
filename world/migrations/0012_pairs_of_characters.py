"""A sign of cheating may be about two characters."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("world", "0011_delves")]

    operations = [
        migrations.AddField(
            model_name="cheatalert",
            name="other_char_id",
            field=models.BigIntegerField(
                db_comment="The second of a pair; 0: it is about one.",
                default=0,
                verbose_name="other character id",
            ),
        ),
        migrations.AlterField(
            model_name="cheatalert",
            name="kind",
            field=models.CharField(
                choices=[
                    ("bot_detection", "A program plays"),
                    ("exploit_detection", "Something is exploited"),
                    ("account_sharing", "Several people use the account"),
                    ("market_manipulation", "Prices are moved on purpose"),
                    ("player_similarity", "One person plays both characters"),
                ],
                db_comment="The model that says so.",
                max_length=20,
                verbose_name="kind",
            ),
        ),
        migrations.RemoveConstraint(model_name="cheatalert", name="cheat_alerts_one_open"),
        migrations.AddConstraint(
            model_name="cheatalert",
            constraint=models.UniqueConstraint(
                condition=models.Q(("verdict", "open")),
                fields=("char_id", "other_char_id", "kind"),
                name="cheat_alerts_one_open",
            ),
        ),
    ]
