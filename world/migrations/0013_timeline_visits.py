"""Since when each person has not looked at the timeline."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("world", "0012_pairs_of_characters")]

    operations = [
        migrations.CreateModel(
            name="TimelineVisit",
            fields=[
                (
                    "user_id",
                    models.BigIntegerField(
                        db_comment="The person, as in auth_user.",
                        primary_key=True,
                        serialize=False,
                        verbose_name="user id",
                    ),
                ),
                (
                    "seen_at",
                    models.DateTimeField(
                        db_comment="When the timeline was last opened: as far as this visit goes.",
                        verbose_name="last seen",
                    ),
                ),
                (
                    "before_at",
                    models.DateTimeField(
                        blank=True,
                        db_comment="When the visit before this one ended; null: there was none.",
                        null=True,
                        verbose_name="visit before",
                    ),
                ),
            ],
            options={
                "verbose_name": "visit of the timeline",
                "verbose_name_plural": "visits of the timeline",
                "db_table": "timeline_visits",
                "db_table_comment": "When each of the server's people last looked at the timeline.",
                "ordering": ["-seen_at"],
            },
        ),
    ]
